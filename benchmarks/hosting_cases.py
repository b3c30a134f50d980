"""Faults, bad input and hostile visitors: what must hold, and the test that shows it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CASES", "Case"]


class Case(NamedTuple):
    """A row of the table in docs/hosting.md.

    Args:
        kind: the kind of event.
        event: what happens.
        holds: what holds nevertheless.
        test: file and name of the test, below `tests`.
    """

    kind: str
    event: str
    holds: str
    test: str


FAULT, INPUT, HOSTILE = "fault", "bad input", "hostile visitor"

CASES = (
    Case(
        FAULT,
        "more visitors than places",
        "503 with `Retry-After`; nobody is thrown out; a closed page makes room within 5 s",
        "browser/test_server.py::test_a_full_server_asks_to_come_again_and_a_closed_page_makes_room",
    ),
    Case(
        FAULT,
        "`kill -9` of a kernel while it trains",
        "the connection of its page ends within 5 s; the run resumes from its last save",
        "browser/test_server.py::"
        "test_a_killed_kernel_ends_the_connection_of_its_page_and_its_run_can_be_resumed",
    ),
    Case(
        FAULT,
        "a kernel dies while its page starts",
        "the page ends with a button to reload, within 5 s",
        "browser/test_server.py::test_a_page_ends_whose_kernel_dies_while_it_starts",
    ),
    Case(
        FAULT,
        "a kernel ends under an open page",
        "a banner with a button to reload",
        "browser/test_promises.py::test_a_dead_kernel_shows_a_message",
    ),
    Case(
        FAULT,
        "`kill -9` of the server under open pages",
        "all kernels end within 10 s",
        "browser/test_server.py::test_kernels_end_with_a_killed_server",
    ),
    Case(
        FAULT,
        "temporary folders of a killed server",
        "the next start removes them, and none of a server that runs",
        "server/test_server_folder.py::test_only_folders_without_a_server_are_removed",
    ),
    Case(
        FAULT,
        "`kill -9` while a network is saved",
        "the old network or the new one, whole",
        "test_faults.py::test_a_kill_while_saving_leaves_a_whole_network",
    ),
    Case(
        FAULT,
        "half-written files of a process that was killed while it saved",
        "the next save removes them",
        "estimators/test_models.py::test_what_a_killed_process_left_goes_with_the_next_save",
    ),
    Case(
        FAULT,
        "half-written files of a kernel that was killed while it trained",
        "the next run removes them",
        "test_faults.py::test_files_that_a_killed_kernel_was_writing_go_with_the_next_run",
    ),
    Case(
        FAULT,
        "`kill -9` of a training",
        "it resumes to the same weights",
        "training/test_training.py::test_a_killed_run_resumes_to_the_same_weights",
    ),
    Case(
        FAULT,
        "`kill -9` of an adaptation",
        "it goes on to the same network",
        "adaptation/test_adaptation.py::test_a_killed_adaptation_goes_on_to_the_same_network",
    ),
    Case(
        FAULT,
        "a full disk while a network is saved",
        "the one of that name stays whole; no part of a file is left",
        "test_faults.py::test_a_full_disk_leaves_the_network_that_was_there",
    ),
    Case(
        FAULT,
        "a full disk while a report or a table is written",
        "the file of that name stays whole; no part of a file is left",
        "test_faults.py::test_a_full_disk_leaves_the_file_that_was_there",
    ),
    Case(
        FAULT,
        "a full disk while an estimate is cached",
        "the cache keeps whole lines, and goes on once there is room",
        "test_faults.py::test_a_full_disk_leaves_whole_lines_in_a_cache",
    ),
    Case(
        FAULT,
        "a kill or a full disk while any other file is written",
        "every file is written whole, then renamed",
        "test_faults.py::test_files_are_written_whole",
    ),
    Case(
        FAULT,
        "the clock is set to another year",
        "no page ends by it",
        "server/test_server_kernels.py::test_a_kernel_ends_after_a_time_without_use_on_any_clock",
    ),
    Case(
        FAULT,
        "the clock is set to another year, with networks of visitors",
        "no network goes by it",
        "server/test_visitors.py::test_networks_go_some_time_after_the_last_page_of_their_visitor",
    ),
    Case(
        FAULT,
        "a page without input for minutes, and one whose network is gone",
        "the first stays connected; the second is ended after 90 s",
        "server/test_server_sockets.py::"
        "test_a_silent_page_stays_connected_and_one_that_is_gone_does_not",
    ),
    Case(
        FAULT,
        "a page whose connection breaks",
        "its kernel ends within 10 s, unless it connects again within 5 s",
        "browser/test_server.py::test_a_page_without_its_last_message_ends_too",
    ),
    Case(
        FAULT,
        "clients that send slowly or read nothing",
        "others are served",
        "browser/test_server.py::test_a_slow_client_keeps_nobody_waiting",
    ),
    Case(
        FAULT,
        "two visitors save one name at once",
        "each reader gets one whole network, never a mixture",
        "estimators/test_models.py::"
        "test_two_who_save_one_name_leave_a_whole_network_to_each_reader",
    ),
    Case(
        INPUT,
        "a damaged network",
        "a clear error; the others are still offered",
        "estimators/test_models.py::"
        "test_a_damaged_network_is_a_clear_error_and_the_others_are_offered",
    ),
    Case(
        INPUT,
        "a small Parquet, NPZ, Feather, Excel, SQLite or compressed file with a huge table",
        "refused with the limit, before it is in memory",
        "tables/test_table_limits.py::"
        "test_a_small_file_with_a_large_table_is_refused_with_the_limit",
    ),
    Case(
        INPUT,
        "a file or table over the limits of the server",
        "a message with the limit",
        "tables/test_table_limits.py::test_a_page_takes_its_limits_from_the_server",
    ),
    Case(
        INPUT,
        "any bytes, and damaged files of every type",
        "read, or refused with a documented error",
        "fuzz/test_any_file.py::test_any_bytes_and_damaged_files_are_read_or_refused",
    ),
    Case(
        INPUT,
        "a message over the largest upload",
        "its connection ends; the server lives",
        "browser/test_server.py::"
        "test_a_message_beyond_the_largest_upload_is_refused_and_the_server_lives",
    ),
    Case(
        HOSTILE,
        "crawlers, previews of links and `HEAD`",
        "no kernel starts",
        "browser/test_server.py::test_those_who_run_no_script_start_no_kernel",
    ),
    Case(
        HOSTILE,
        "crafted messages: code, unknown widgets, huge states",
        "nothing changes, and the page goes on",
        "browser/test_server.py::test_crafted_messages_change_nothing",
    ),
    Case(
        HOSTILE,
        "a computation without an end, or over its memory",
        "the allocation fails, the page lives on; at its processor time the kernel ends",
        "server/test_visitors.py::"
        "test_a_kernel_ends_at_its_processor_time_and_lives_on_without_memory",
    ),
    Case(
        HOSTILE,
        "a forged cookie",
        "it is replaced; no folder of another visitor is reached",
        "server/test_visitors.py::test_a_name_that_was_not_given_is_replaced",
    ),
    Case(
        HOSTILE,
        "a page without the token of the server",
        "the login page",
        "browser/test_server.py::test_a_page_requires_the_token_and_logging_out_asks_for_it_again",
    ),
    Case(
        HOSTILE,
        "another template or origin in the link",
        "ignored; nothing is loaded from another origin",
        "browser/test_server.py::test_nothing_is_loaded_from_another_origin_or_in_another_template",
    ),
    Case(
        HOSTILE,
        "HTML and formulas as names of columns, cells and files",
        "texts on the page, in figures and reports; inert in CSV",
        "explorer/test_your_data_pairs.py::test_names_of_a_stranger_are_texts_everywhere",
    ),
    Case(
        HOSTILE,
        "a file with code in it",
        "no file that is read can run code",
        "test_no_pickle.py::test_reading_runs_no_code",
    ),
)
"""All cases, by kind."""
