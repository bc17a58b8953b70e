"""Products and classes."""

from __future__ import annotations

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from plings.api.answering import Keep, desk_of
from plings.api.answers.products import Product, ProductClass
from plings.api.asking import classes as asking
from plings.api.parameters import parsed
from plings.api.problems import Refused
from plings.api.routes.errors import refusals
from plings.errors import shown
from plings.identity import ClassPointer

PointerOf = Annotated[str, Path(description="the class pointer, 11 characters", examples=["UYtaAsvd6GL"])]
ClassOf = Annotated[str, Path(description="the class's id", examples=["01890a5d-ac96-774b-bcce-b302099a8057"])]

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def add_to(router: APIRouter) -> None:
    router.get(
        "/v1/products/{class_pointer}",
        response_model=Product,
        responses=refusals(404),
        summary="The product of a class pointer",
    )(product)
    router.get(
        "/v1/classes/{class_id}", response_model=ProductClass, responses=refusals(404), summary="A class of products"
    )(product_class)


async def product(request: Request, class_pointer: PointerOf) -> Response:
    """What a class pointer stands for, as its manufacturer registered it."""
    pointer = parsed("class_pointer", ClassPointer.parse, class_pointer).text
    return await desk_of(request).answer(request, lambda reader: asking.product(reader, pointer), Keep.MINUTE)


async def product_class(request: Request, class_id: ClassOf) -> Response:
    """A class with all pointers that it has or had. One that has none yet is not shown to anybody."""
    if not _UUID.fullmatch(class_id):
        detail = f"class_id {shown(class_id)}: it is no UUID in lower case [uuid]"
        raise Refused(400, "uuid", detail, part="class_id")
    return await desk_of(request).answer(
        request, lambda reader: asking.product_class(reader, UUID(class_id)), Keep.MINUTE
    )
