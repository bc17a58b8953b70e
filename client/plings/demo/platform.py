"""The platform and its manufacturer, on the cluster."""

from __future__ import annotations

from solders.keypair import Keypair

from plings.chain import Cluster, loader
from plings.demo.actors import Actors
from plings.demo.scenes import PlatformOpen, Registered
from plings.errors import SettingsError
from plings.objects import find_config, find_manufacturer
from plings.program import PROGRAM_ID, instructions
from plings.program.accounts import Config
from plings.program.pda import config_address, program_data_address

PLATFORM_FEE_BPS = 1_000
PRICE_FLOOR_LAMPORTS = 1_000_000
ROYALTY_BPS = 500


async def find_authority(cluster: Cluster, given: Keypair | None) -> Keypair:
    """`given`, if it is the key that the demo needs on this cluster. Raises SettingsError, ClusterError."""
    config = await existing_config(cluster)
    whose, wanted = "the platform's authority", config.authority if config else None
    if config is None:
        data = await cluster.account(program_data_address())
        whose, wanted = "the program's upgrade authority", loader.upgrade_authority(data) if data else None
    if wanted is None:
        raise SettingsError("the platform is not set up on this cluster, and nobody can: the program is final")
    why = "registers manufacturers" if config else "sets up the platform, which it is not yet"
    if given is None:
        raise SettingsError(f"on this cluster {whose} {wanted} {why}: give its key file with --authority")
    if given.pubkey() != wanted:
        raise SettingsError(f"--authority is the key {given.pubkey()}, but {whose} is {wanted}")
    return given


async def existing_config(cluster: Cluster) -> Config | None:
    """The platform's settings, None if there are none yet. Raises ClusterError without the program."""
    program, config = await cluster.accounts([PROGRAM_ID, config_address()])
    if program is not None and (config is None or config.owner != PROGRAM_ID):
        return None
    return await find_config(cluster)


async def open_platform(cluster: Cluster, actors: Actors) -> PlatformOpen:
    """Initializes the platform's settings, where there are none."""
    confirmed = None
    if await existing_config(cluster) is None:
        start = instructions.initialize_config(
            authority=actors.platform.pubkey(),
            platform_treasury=actors.platform_treasury.pubkey(),
            platform_fee_bps=PLATFORM_FEE_BPS,
        )
        confirmed = await cluster.send([start], [actors.platform])
    return PlatformOpen(await find_config(cluster), confirmed)


async def register(cluster: Cluster, actors: Actors) -> Registered:
    """Gives the manufacturer its prefix. It pays; the platform and the identity key sign."""
    identity = Keypair.from_seed(actors.identity.node.key)
    registration = instructions.register_manufacturer(
        payer=actors.manufacturer.pubkey(),
        platform_authority=actors.platform.pubkey(),
        identity_key=identity.pubkey(),
        prefix=actors.identity.prefix.text,
        authority=actors.manufacturer.pubkey(),
        treasury=actors.manufacturer_treasury.pubkey(),
        price_floor_lamports=PRICE_FLOOR_LAMPORTS,
        royalty_bps=ROYALTY_BPS,
    )
    confirmed = await cluster.send([registration], [actors.manufacturer, actors.platform, identity])
    return Registered(await find_manufacturer(cluster, actors.identity.prefix.text), confirmed)
