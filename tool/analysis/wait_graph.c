/* SPDX-License-Identifier: Apache-2.0 */
/* Edges and cycles of the wait-for graph; see wait_graph.h. */
#include "tool/analysis/wait_graph.h"

#include <errno.h>
#include <stdlib.h>

static uint32_t listed_holders(const struct wire_object *object)
{
	return object->holder_count < WIRE_HOLDERS ? object->holder_count : WIRE_HOLDERS;
}

/* Each thread brings one object of the kind THREAD at its creation: the n-th is the n-th's. */
uint32_t wait_graph_joined(const struct recording *recording, uint32_t object)
{
	uint32_t thread = 0;

	for (uint32_t i = 0; i < object; i++)
		thread += recording->objects[i].kind == WIRE_OBJECT_THREAD;
	return thread < recording->thread_count ? thread : WIRE_NONE;
}

uint32_t wait_graph_edge(const struct recording *recording, uint32_t thread, uint32_t n)
{
	const struct wire_thread *t = &recording->threads[thread];
	const struct wire_object *object;

	if (t->state != WIRE_THREAD_WAITING || t->wait_object == WIRE_NONE)
		return WIRE_NONE;
	object = &recording->objects[t->wait_object];
	if (object->kind == WIRE_OBJECT_THREAD)
		return n == 0 ? wait_graph_joined(recording, t->wait_object) : WIRE_NONE;
	return n < listed_holders(object) ? object->holders[n] : WIRE_NONE;
}

enum mark { UNSEEN, ON_PATH, DONE };

struct search {
	const struct recording *recording;
	uint8_t *marks;	     /* by thread */
	uint32_t *path;	     /* of threads */
	uint32_t *next_edge; /* by place in the path */
	size_t length;
};

static void enter(struct search *search, uint32_t thread)
{
	search->marks[thread] = ON_PATH;
	search->path[search->length] = thread;
	search->next_edge[search->length++] = 0;
}

/* Depth first from `start`. Returns where in the path the cycle begins, or -1. */
static int64_t search_from(struct search *search, uint32_t start)
{
	enter(search, start);
	while (search->length) {
		size_t top = search->length - 1;
		uint32_t to = wait_graph_edge(
			search->recording, search->path[top], search->next_edge[top]++);

		if (to == WIRE_NONE) {
			search->marks[search->path[top]] = DONE;
			search->length--;
		} else if (search->marks[to] == UNSEEN) {
			enter(search, to);
		} else if (search->marks[to] == ON_PATH) {
			while (search->path[top] != to)
				top--;
			return (int64_t)top;
		}
	}
	return -1;
}

/* Moves the path's part from `begin` on to its front, turned so that the lowest comes first. */
static int turn(struct search *search, size_t begin)
{
	size_t count = search->length - begin;
	size_t lowest = begin;
	uint32_t *turned = calloc(count, sizeof(*turned));

	if (!turned)
		return -ENOMEM;
	for (size_t i = begin; i < search->length; i++)
		if (search->path[i] < search->path[lowest])
			lowest = i;
	for (size_t i = 0; i < count; i++)
		turned[i] = search->path[begin + (lowest - begin + i) % count];
	for (size_t i = 0; i < count; i++)
		search->path[i] = turned[i];
	free(turned);
	return (int)count;
}

int wait_graph_cycle(const struct recording *recording, uint32_t **ret_threads)
{
	size_t count = recording->thread_count + 1;
	struct search search = { .recording = recording };
	int r = 0;

	search.marks = calloc(count, sizeof(*search.marks));
	search.path = calloc(count, sizeof(*search.path));
	search.next_edge = calloc(count, sizeof(*search.next_edge));
	if (!search.marks || !search.path || !search.next_edge)
		r = -ENOMEM;
	for (uint32_t i = 0; i < recording->thread_count && r == 0; i++) {
		int64_t begin = search.marks[i] == UNSEEN ? search_from(&search, i) : -1;

		if (begin >= 0)
			r = turn(&search, (size_t)begin);
	}
	free(search.marks);
	free(search.next_edge);
	if (r > 0)
		*ret_threads = search.path;
	else
		free(search.path);
	return r;
}

bool wait_graph_is_root(const struct recording *recording, uint32_t thread)
{
	uint32_t to;

	if (recording->threads[thread].state != WIRE_THREAD_WAITING)
		return false;
	for (uint32_t n = 0; (to = wait_graph_edge(recording, thread, n)) != WIRE_NONE; n++)
		if (recording->threads[to].state != WIRE_THREAD_FINISHED)
			return false;
	return true;
}

uint32_t wait_graph_holding(const struct recording *recording, uint32_t object, uint32_t thread)
{
	const struct wire_object *o = &recording->objects[object];

	for (uint32_t i = 0; i < listed_holders(o); i++)
		if (o->holders[i] == thread)
			return i;
	return WIRE_NONE;
}
