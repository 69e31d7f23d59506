/* SPDX-License-Identifier: Apache-2.0 */
/* A stack of choices, run again from its bottom for each execution; see search.h. */
#include "tool/sql/core/search.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Bits of a node's actions. */
typedef uint32_t action_set;

struct node {
	struct action actions[SEARCH_ACTIONS_MAX];
	int count;
	int chosen;
	action_set asleep; /* need not be tried from here: another branch has covered them */
};

struct search {
	const struct search_world *world;
	struct search_stats *stats;
	struct node *nodes;
	size_t depth;
	size_t capacity;
};

static bool same_action(struct action a, struct action b)
{
	return a.kind == b.kind && a.session == b.session;
}

static bool is_asleep(const struct node *node, int action)
{
	return node->asleep >> action & 1;
}

/* The first from `from` on that is awake, or -1. */
static int next_awake(const struct node *node, int from)
{
	for (int i = from; i < node->count; i++)
		if (!is_asleep(node, i))
			return i;
	return -1;
}

static int find_action(const struct node *node, struct action action)
{
	for (int i = 0; i < node->count; i++)
		if (same_action(node->actions[i], action))
			return i;
	return -1;
}

/* Which of the parent's sleepers stay asleep after its choice; as the child's own actions. */
static action_set inherit(
	const struct node *parent, const struct node *child, action_set undisturbed)
{
	action_set asleep = 0;

	for (int i = 0; i < parent->count; i++) {
		int own = undisturbed >> i & 1 ? find_action(child, parent->actions[i]) : -1;

		if (own >= 0)
			asleep |= (action_set)1 << own;
	}
	return asleep;
}

/* The sleepers of the node that the choice does not wake. Asked before it is carried out. */
static action_set undisturbed(const struct search *search, const struct node *node)
{
	const struct search_world *world = search->world;
	action_set set = 0;

	if (!world->independent)
		return 0;
	for (int i = 0; i < node->count; i++)
		if (is_asleep(node, i) && i != node->chosen &&
			world->independent(
				world->context, node->actions[node->chosen], node->actions[i]))
			set |= (action_set)1 << i;
	return set;
}

static int push(struct search *search, const struct node *node)
{
	if (search->depth == search->capacity) {
		size_t capacity = search->capacity ? 2 * search->capacity : 64;
		struct node *nodes = realloc(search->nodes, capacity * sizeof(*nodes));

		if (!nodes)
			return -ENOMEM;
		search->nodes = nodes;
		search->capacity = capacity;
	}
	search->nodes[search->depth++] = *node;
	return 0;
}

static bool same_actions(const struct node *a, const struct node *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (!same_action(a->actions[i], b->actions[i]))
			return false;
	return true;
}

/*
 * The node at `level` of this execution: the one on the stack, or a new one. One that offers
 * other actions than before takes its place, and what is above it is forgotten.
 */
static int visit(struct search *search, size_t level, struct node *now, action_set sleeping)
{
	if (level < search->depth) {
		if (same_actions(&search->nodes[level], now))
			return 0;
		search->stats->divergences++;
		search->depth = level;
	}
	now->asleep = level ? inherit(&search->nodes[level - 1], now, sleeping) : 0;
	now->chosen = next_awake(now, 0);
	return push(search, now);
}

/* One execution. 1: it came to its end, 0: given up. */
static int execute(struct search *search)
{
	const struct search_world *world = search->world;
	action_set sleeping = 0;
	int r = world->begin(world->context);

	for (size_t level = 0; r >= 0; level++) {
		struct node now = { .count = world->actions(world->context, now.actions) };
		const struct node *node;

		if (now.count <= 0) {
			search->depth = level < search->depth ? level : search->depth;
			return now.count < 0 ? now.count : 1;
		}
		r = visit(search, level, &now, sleeping);
		if (r < 0)
			break;
		node = &search->nodes[level];
		if (node->chosen < 0)
			return 0;
		sleeping = undisturbed(search, node);
		r = world->perform(world->context, node->actions[node->chosen]);
	}
	return r;
}

/* To the next choice that has not been made. False: there is none. */
static bool backtrack(struct search *search)
{
	while (search->depth) {
		struct node *node = &search->nodes[search->depth - 1];

		if (node->chosen >= 0) {
			/* Its subtree is done: later siblings need not begin with it. */
			if (search->world->independent)
				node->asleep |= (action_set)1 << node->chosen;
			node->chosen = next_awake(node, node->chosen + 1);
			if (node->chosen >= 0)
				return true;
		}
		search->depth--;
	}
	return false;
}

static int finish(struct search *search, int whole)
{
	const struct search_world *world = search->world;

	if (whole) {
		search->stats->executions++;
		return world->end(world->context);
	}
	search->stats->pruned++;
	return world->abandon ? world->abandon(world->context) : 0;
}

int search_run(const struct search_world *world, uint64_t max, struct search_stats *stats)
{
	struct search search = { .world = world, .stats = stats };
	uint64_t first = stats->executions;
	int r = 0;

	do {
		if (max && stats->executions - first >= max)
			break;
		r = execute(&search);
		if (r >= 0)
			r = finish(&search, r);
		if (r == 0 && !backtrack(&search)) {
			stats->complete = true;
			break;
		}
	} while (r == 0);
	free(search.nodes);
	return r < 0 ? r : 0;
}
