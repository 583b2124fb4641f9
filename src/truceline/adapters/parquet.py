"""Reading Parquet files that others give, without being drowned by a small one.

A few bytes of Parquet can stand for billions of rows, or for one long text a million times. What a
file says of itself is looked at before a row is read; texts are read as a dictionary, in which each
stands once, and their whole length is summed before anybody writes them out.
"""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truceline.errors import WrongKindOfFile

_CELLS: Final = 16_000_000
"""So many are read whatever the size of the file; beyond, no more than four for each byte."""
_BYTES: Final = 256 << 20
"""So much is unpacked whatever the size of the file."""
_RATIO: Final = 200
"""Beyond, no more than so many bytes for each of the file."""


def read_parquet(raw: bytes) -> pa.Table:
    """Read a whole Parquet file; its columns of text come as dictionaries.

    Raises:
        WrongKindOfFile: when it cannot be read, or unpacks to far more than such a file should.
    """
    most_bytes = max(_BYTES, _RATIO * len(raw))
    try:
        texts = _looked_at(raw, most_bytes)
        table = pq.ParquetFile(io.BytesIO(raw), read_dictionary=texts).read()
        length = sum(_length(chunk) for name in texts for chunk in table[name].chunks)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise WrongKindOfFile(
            f"this Parquet file cannot be read ({error}). Nothing was ingested; write it again."
        ) from None
    if length + table.nbytes > most_bytes:
        raise WrongKindOfFile(_bomb(len(raw)))
    return table


def _looked_at(raw: bytes, most_bytes: int) -> list[str]:
    """Refuse a file that says that it is too much; give its columns of text.

    Raises:
        WrongKindOfFile: when it unpacks to too much, or hides texts within other values.
    """
    file = pq.ParquetFile(io.BytesIO(raw))
    told, schema = file.metadata, file.schema
    groups = [told.row_group(number) for number in range(told.num_row_groups)]
    parts = [group.column(number) for group in groups for number in range(told.num_columns)]
    cells = max(told.num_rows * told.num_columns, sum(part.num_values for part in parts))
    if cells > max(_CELLS, 4 * len(raw)):
        raise WrongKindOfFile(_bomb(len(raw)))
    if sum(part.total_uncompressed_size for part in parts) > most_bytes:
        raise WrongKindOfFile(_bomb(len(raw)))
    columns = [schema.column(number) for number in range(told.num_columns)]
    texts = [column for column in columns if column.physical_type == "BYTE_ARRAY"]
    if nested := [column.path for column in texts if column.path != column.name]:
        raise WrongKindOfFile(
            f"this Parquet file holds texts within other values ({nested[0]}); give plain columns. "
            "Nothing was ingested."
        )
    return [column.name for column in texts]


def _length(chunk: pa.Array[Any]) -> int:
    """Give the length of all texts of a column, each as often as it stands there. Unit: bytes."""
    if not isinstance(chunk, pa.DictionaryArray):
        return 0
    lengths = np.asarray(pc.call_function("binary_length", [chunk.dictionary]), np.int64)
    return int(lengths[np.asarray(chunk.indices.drop_null())].sum())


def _bomb(size: int) -> str:
    return (
        f"this Parquet file has {size} bytes and unpacks to far more than such a file should. "
        "Nothing was ingested; write it again in smaller files."
    )
