/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: no core file and no text of /proc makes their readers misbehave. What is
 * read of a core file can be looked at everywhere.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/stuck/core.h"
#include "tool/stuck/lock_table.h"
#include "tool/stuck/net_table.h"
#include "tool/stuck/proc_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_around(const struct stuck_snapshot *snapshot)
{
	uint8_t bytes[16];

	for (size_t i = 0; i < snapshot->thread_count; i++)
		snapshot_read(
			snapshot, snapshot->threads[i].registers.rsp, bytes, sizeof(bytes));
	for (size_t i = 0; i < snapshot->chunk_count; i++) {
		const struct memory_chunk *chunk = &snapshot->chunks[i];
		const uint8_t *at;

		if (snapshot_span(snapshot, chunk->address, &at) != chunk->size)
			abort();
		snapshot_read(snapshot, chunk->address + chunk->size - 1, bytes, sizeof(bytes));
		snapshot_mapping(snapshot, chunk->address);
	}
}

static void try_core(const uint8_t *data, size_t size)
{
	struct stuck_snapshot *snapshot = calloc(1, sizeof(*snapshot));
	struct diag diag = { .text = "" };

	if (!snapshot)
		abort();
	if (core_parse(data, size, NULL, snapshot, &diag) == 0)
		look_around(snapshot);
	else if (!diag.text[0])
		abort();
	snapshot_free(snapshot);
}

static void try_texts(const uint8_t *data, size_t size)
{
	char path[NET_PATH_SIZE];
	char *text = malloc(size + 1);
	struct net_entry entry, peer;
	struct proc_stat stat;
	pid_t holder;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (net_find(text, false, 1, &entry) == 0)
		net_find_peer(text, false, &entry, &peer);
	net_find(text, true, 1, &entry);
	net_find_unix(text, 1, path);
	lock_find_holder(text, 1, &holder);
	proc_parse_stat(text, &stat);
	proc_field(text, "Tgid");
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_core(data, size);
	try_texts(data, size);
	return 0;
}
