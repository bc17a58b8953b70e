"""Users, organisations, members; and that no one person gets alone what takes several."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from plings.errors import AccessDenied, AlreadyRegistered, ApprovalNeeded, NotInRegistry, RegistryError, ValueRefused
from plings.registry import Registry, connect
from plings.registry.approvals import (
    approval_request,
    approval_requests,
    approve,
    approved,
    request_approval,
    withdraw_request,
)
from plings.registry.people import (
    User,
    add_member,
    add_organization,
    add_user,
    change_user,
    members,
    organization,
    organizations,
    remove_member,
    users,
)
from registry.planting import own, unguarded
from registry.together import at_once
from registry.world import World, agreed

EVE = "eve@plings.example"
GRANT = "grant_super_admin"


def asked(world: World, *, email: str = EVE) -> UUID:
    """A request to make somebody a super-admin, which nobody has approved."""
    return request_approval(world.ada, GRANT, {"email": email}, reason="a test wants it").id


def denied(world: World, email: str = EVE) -> None:
    with pytest.raises(ApprovalNeeded, match="approvals"):
        add_user(world.ada, email, super_admin=True)


# The first ones.


def test_the_first_super_admin_is_made_freely_and_only_one_by_many_who_try(bare_url: str) -> None:
    outcome = at_once(bare_url, [None] * 6, lambda registry, n: add_user(registry, f"u{n}@x.example", super_admin=True))
    assert sum(isinstance(one, User) for one in outcome) == 1
    assert all(isinstance(one, User | AccessDenied) for one in outcome)


def test_after_the_first_super_admin_nobody_adds_users(bare_url: str) -> None:
    with connect(bare_url) as connection:
        nobody = Registry(connection)
        add_user(nobody, "ada@plings.example", super_admin=True)
        for super_admin in (True, False):
            with pytest.raises(AccessDenied):
                add_user(nobody, EVE, super_admin=super_admin)
        stranger = Registry(connection, uuid4())
        with pytest.raises(AccessDenied):
            add_user(stranger, EVE)


def test_the_last_super_admin_cannot_begin_anew(bare_url: str) -> None:
    with connect(bare_url) as connection:
        add_user(Registry(connection), "ada@plings.example", super_admin=True)
        ada = Registry(connection).acting("ada@plings.example")
        for change in ({"super_admin": False}, {"active": False}):
            with pytest.raises(ApprovalNeeded, match="too_few"):
                change_user(ada, "ada@plings.example", **change)


def test_the_second_is_the_first_s_to_make_and_the_third_takes_both(bare_url: str) -> None:
    with connect(bare_url) as connection:
        add_user(Registry(connection), "ada@plings.example", super_admin=True)
        ada = Registry(connection).acting("ada@plings.example")
        add_user(ada, "bea@plings.example", super_admin=True)
        with pytest.raises(ApprovalNeeded):
            add_user(ada, EVE, super_admin=True)
        agreed(ada, GRANT, {"email": EVE})
        assert add_user(ada, EVE, super_admin=True).is_super_admin


# What a thief with one super-admin's session would try.


def test_one_person_does_not_approve_twice(world: World) -> None:
    request = asked(world)
    approve(world.ada, request)
    with pytest.raises(AlreadyRegistered):
        approve(world.ada, request)
    assert approval_request(world.ada, request).status == "open"
    denied(world)


def test_one_person_does_not_approve_as_another(world: World) -> None:
    request = asked(world)
    approve(world.ada, request)
    insert = "INSERT INTO approvals (request_id, user_id) SELECT %s, id FROM users WHERE email = 'bea@plings.example'"
    with pytest.raises(AlreadyRegistered):
        world.ada.rows(insert, [request])
    assert approval_request(world.ada, request).approved_by == ["ada@plings.example"]


def test_a_second_account_of_one_s_own_does_not_approve(world: World) -> None:
    request = asked(world)
    approve(world.ada, request)
    add_user(world.ada, "ada2@plings.example")
    with pytest.raises(AccessDenied):
        approve(world.ada.acting("ada2@plings.example"), request)
    for change in ({"super_admin": True}, {"super_admin": True, "active": True}):
        with pytest.raises(ApprovalNeeded):
            change_user(world.ada, "ada2@plings.example", **change)
    denied(world)


def test_what_was_approved_is_that_and_nothing_else(world: World) -> None:
    agreed(world.ada, GRANT, {"email": "fay@plings.example"})
    denied(world)
    for update in (
        'UPDATE approval_requests SET facts = \'{"email": "eve@plings.example"}\'',
        "UPDATE approval_requests SET action = 'create_wallet'",
        "UPDATE approvals SET request_id = request_id",
        "DELETE FROM approvals",
        "DELETE FROM approval_requests",
    ):
        with pytest.raises(AccessDenied):
            world.ada.rows(update)
        with pytest.raises(RegistryError):
            own(world.ada, update)
    denied(world)


@pytest.mark.parametrize("facts", [{}, {"email": EVE, "x": 1}, {"e-mail": EVE}, {"version_id": 1}])
def test_requests_have_the_facts_that_are_compared(world: World, facts: dict[str, object]) -> None:
    with pytest.raises(ValueRefused, match="approval_facts"):
        request_approval(world.ada, GRANT, facts, reason="why not")
    with pytest.raises(ValueRefused, match="approval_action"):
        request_approval(world.ada, "anything", facts, reason="why not")


def test_an_approval_is_spent_by_what_it_was_for(world: World) -> None:
    agreed(world.ada, GRANT, {"email": EVE})
    assert approved(world.ada, GRANT, {"email": EVE})
    add_user(world.ada, EVE, super_admin=True)
    assert approval_requests(world.ada) == []
    change_user(world.bea, EVE, super_admin=False)
    with pytest.raises(ApprovalNeeded):
        change_user(world.ada, EVE, super_admin=True)
    (spent,) = [one for one in approval_requests(world.ada, closed=True) if one.facts == {"email": EVE}]
    assert spent.status == "carried out"
    with pytest.raises(ApprovalNeeded, match="closed"):
        approve(world.ada.acting("cia@plings.example"), spent.id)
    with pytest.raises(ApprovalNeeded, match="closed"):
        withdraw_request(world.ada, spent.id)


def test_an_approval_of_what_then_fails_is_not_spent(world: World) -> None:
    agreed(world.ada, GRANT, {"email": "ida@ikea.example"})
    with pytest.raises(AlreadyRegistered):
        add_user(world.ada, "ida@ikea.example", super_admin=True)
    assert change_user(world.ada, "ida@ikea.example", super_admin=True).is_super_admin


def test_an_old_approval_is_none(world: World) -> None:
    agreed(world.ada, GRANT, {"email": EVE})
    with unguarded(world.ada, "approval_requests") as owner:
        owner.rows(
            "UPDATE approval_requests SET requested_at = now() - %s WHERE carried_out_at IS NULL",
            [timedelta(hours=168, seconds=1)],
        )
    assert [one.status for one in approval_requests(world.ada)] == ["expired"]
    denied(world)


def test_a_request_says_itself_neither_when_nor_by_whom_it_was_made(world: World) -> None:
    world.ada.rows("""
        INSERT INTO approval_requests (action, facts, reason, requested_by, requested_at, carried_out_at)
        SELECT 'grant_super_admin', '{"email": "eve@plings.example"}', 'x', id, now() + interval '9 years', NULL
        FROM users WHERE email = 'bea@plings.example'
    """)
    (request,) = approval_requests(world.ada)
    assert request.requested_by == "ada@plings.example"
    assert own(world.ada, "SELECT now() - requested_at AS age FROM approval_requests WHERE id = %s", [request.id])[0][
        "age"
    ] >= timedelta(0)


def test_a_withdrawn_request_is_closed(world: World) -> None:
    agreed(world.ada, GRANT, {"email": EVE})
    (request,) = approval_requests(world.ada)
    assert withdraw_request(world.bea, request.id).status == "withdrawn"
    denied(world)
    with pytest.raises(ApprovalNeeded, match="closed"):
        approve(world.ada.acting("cia@plings.example"), request.id)
    with pytest.raises(ApprovalNeeded, match="closed"):
        world.ada.rows("UPDATE approval_requests SET withdrawn_at = NULL WHERE id = %s", [request.id])


def test_who_is_a_super_admin_no_more_has_approved_nothing(world: World) -> None:
    agreed(world.ada, GRANT, {"email": EVE})
    change_user(world.ada, "bea@plings.example", super_admin=False)
    (request,) = approval_requests(world.ada)
    assert (request.approved_by, request.approvals, request.status) == (
        ["ada@plings.example", "bea@plings.example"],
        1,
        "open",
    )
    denied(world)
    approve(world.ada.acting("cia@plings.example"), request.id)
    assert add_user(world.ada, EVE, super_admin=True).is_super_admin


def test_who_was_put_out_acts_no_more(world: World) -> None:
    change_user(world.ada, "bea@plings.example", active=False)
    with pytest.raises(AccessDenied):
        add_user(world.bea, EVE)
    with pytest.raises(NotInRegistry):
        world.ada.acting("bea@plings.example")
    with pytest.raises(ApprovalNeeded):
        change_user(world.ada, "bea@plings.example", active=True)


def test_there_stay_as_many_super_admins_as_an_approval_takes(world: World) -> None:
    change_user(world.ada, "cia@plings.example", active=False)
    for change in ({"super_admin": False}, {"active": False}):
        with pytest.raises(ApprovalNeeded, match="too_few"):
            change_user(world.ada, "bea@plings.example", **change)


def test_nor_are_there_fewer_by_one_statement_for_all(world: World) -> None:
    for update in (
        "UPDATE users SET is_super_admin = false",
        "UPDATE users SET is_active = false",
        "UPDATE users SET is_active = false WHERE email <> 'ada@plings.example'",
    ):
        with pytest.raises(RegistryError):
            world.ada.rows(update)
    assert sum(one.is_super_admin and one.is_active for one in users(world.ada)) == 3


def test_two_who_put_each_other_out_at_once_do_not_both(world: World) -> None:
    change_user(world.ada, "cia@plings.example", active=False)
    agreed(world.ada, GRANT, {"email": EVE})
    add_user(world.ada, EVE, super_admin=True)
    emails = ["ada@plings.example", "bea@plings.example", EVE]
    outcome = at_once(world.url, emails, lambda registry, n: change_user(registry, emails[n - 1], super_admin=False))
    assert sum(isinstance(one, User) for one in outcome) == 1
    assert sum(one.is_super_admin and one.is_active for one in users(world.ada)) == 2


def test_how_many_it_takes_is_not_the_application_s_to_change(world: World) -> None:
    for update in (
        "UPDATE settings SET approvals_needed = 2",
        "DELETE FROM settings",
        "INSERT INTO settings (only_row) VALUES (true)",
        "SELECT spend_approval('grant_super_admin', '{}')",
        "ALTER TABLE users DISABLE TRIGGER guard",
    ):
        with pytest.raises(AccessDenied):
            world.ada.rows(update)
    with pytest.raises(RegistryError):
        own(world.ada, "UPDATE settings SET approvals_needed = 1")


def test_only_super_admins_ask_approve_and_add(world: World) -> None:
    request = asked(world)
    for other in (world.ida, world.nobody):
        with pytest.raises(AccessDenied):
            request_approval(other, GRANT, {"email": EVE}, reason="please")
        with pytest.raises(AccessDenied):
            approve(other, request)
        with pytest.raises(AccessDenied):
            withdraw_request(other, request)
        with pytest.raises(AccessDenied):
            add_user(other, EVE)
        with pytest.raises(AccessDenied):
            change_user(other, "ivo@ikea.example", active=False)
        with pytest.raises(AccessDenied):
            add_organization(other, "Bakery")


def test_users_are_neither_renamed_nor_removed(world: World) -> None:
    for update in (
        "UPDATE users SET email = 'eve@plings.example' WHERE email = 'bea@plings.example'",
        "UPDATE users SET id = gen_random_uuid() WHERE email = 'bea@plings.example'",
        "DELETE FROM users",
        "TRUNCATE users CASCADE",
    ):
        with pytest.raises(RegistryError):
            world.ada.rows(update)
        with pytest.raises(RegistryError):
            own(world.ada, update)


def test_what_is_no_address_is_refused(world: World) -> None:
    for email in (
        "",
        "eve",
        "Eve@plings.example",
        "eve@plings",
        "eve@plings.example\n",
        "eve@plings.example\nbcc@x.example",
        "еve@plings.example",
        "eve @plings.example",
        "'; DROP TABLE users --@x.example",
        "a" * 250 + "@x.example",
        "eve@plings..example",
        "eve\u202e@plings.example",
        "eve@@plings.example",
    ):
        with pytest.raises(ValueRefused, match="email_form"):
            add_user(world.ada, email)


def test_what_is_no_text_is_refused(world: World) -> None:
    for email in ("eve\x00@x.example", "eve\ud800@x.example"):
        with pytest.raises(ValueRefused):
            add_user(world.ada, email)


# Organisations and their members.


def test_organisations_have_one_name_whatever_its_case(world: World) -> None:
    with pytest.raises(AlreadyRegistered):
        add_organization(world.ada, "iKeA")
    assert organization(world.ada, "ikea").name == "IKEA"
    assert [one.name for one in organizations(world.ada)] == ["ACME", "IKEA", "Plings"]
    with pytest.raises(NotInRegistry):
        organization(world.ada, "Bakery")


def test_names_that_look_like_others_are_refused(world: World) -> None:
    for name in ("", " IKEA", "IK\u200bEA", "IKEA\u202e", "I\nKEA", "x" * 201, "e\u0301", "IKEA\ufeff", "\u2066IKEA"):
        with pytest.raises(ValueRefused):
            add_organization(world.ada, name)
    for name in ("IKEA\u00a0", "\u3000IKEA", "IKEA\u3164", "IKEA\ufe0f", "IKEA\U000e0041", "IK\u034fEA"):
        with pytest.raises(ValueRefused):
            add_organization(world.ada, name)


def test_admins_look_after_members_and_owners_after_owners(world: World) -> None:
    add_user(world.ada, EVE)
    add_member(world.ina, "IKEA", EVE, "member")
    add_member(world.ina, "IKEA", EVE, "admin")
    for who, email, role in (
        (world.ina, EVE, "owner"),
        (world.ina, "ida@ikea.example", "member"),
        (world.ina, "ina@ikea.example", "owner"),
        (world.ivo, "ivo@ikea.example", "owner"),
        (world.ivo, EVE, "member"),
        (world.abe, EVE, "member"),
        (world.abe, "abe@acme.example", "owner"),
        (world.nobody, EVE, "member"),
    ):
        with pytest.raises(AccessDenied):
            add_member(who, "IKEA", email, role)
    with pytest.raises(AccessDenied):
        remove_member(world.ina, "IKEA", "ida@ikea.example")
    add_member(world.ida, "IKEA", EVE, "owner")
    remove_member(world.nobody.acting(EVE), "IKEA", "ida@ikea.example")
    assert [(one.email, one.role) for one in members(world.ada, "IKEA")] == [
        (EVE, "owner"),
        ("ina@ikea.example", "admin"),
        ("ivo@ikea.example", "member"),
    ]


def test_a_membership_is_not_moved_to_another_organisation(world: World) -> None:
    for update in (
        "UPDATE organization_members SET organization_id = (SELECT id FROM organizations WHERE name = 'IKEA')",
        "UPDATE organization_members SET user_id = %(me)s WHERE role = 'owner'",
    ):
        with pytest.raises(RegistryError):
            world.abe.rows(update, {"me": world.abe.user_id})
    with pytest.raises(AccessDenied):
        world.abe.rows("UPDATE organizations SET name = 'IKEA 2' WHERE name = 'IKEA'")


def test_who_left_an_organisation_does_nothing_for_it(world: World) -> None:
    remove_member(world.ida, "IKEA", "ina@ikea.example")
    with pytest.raises(AccessDenied):
        add_member(world.ina, "IKEA", "ivo@ikea.example", "admin")
    with pytest.raises(NotInRegistry):
        remove_member(world.ida, "IKEA", "ina@ikea.example")
    with pytest.raises(ValueRefused, match="member_role"):
        add_member(world.ida, "IKEA", "ina@ikea.example", "god")
