/* SPDX-License-Identifier: Apache-2.0 */
/* Static variables between the operations of threads; see looks.h. */
#include "tool/explain/looks.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/naming.h"
#include "tool/report/source.h"
#include "tool/symbol/data.h"
#include "tool/symbol/location.h"
#include "tool/symbol/value.h"

/* Longer executions are told by their operations alone. */
#define EVENTS_MAX 20000u
#define TRACKED_MAX 48u
/* Lines between two operations; more is not one thought. */
#define STRETCH_MAX 40u
/* Synchronisation objects are the program's data, too, and change with each operation. */
static const uint32_t object_sizes[WIRE_OBJECT_KIND_COUNT] = {
	[WIRE_OBJECT_MUTEX] = 40,
	[WIRE_OBJECT_RWLOCK] = 56,
	[WIRE_OBJECT_COND] = 48,
	[WIRE_OBJECT_SEM] = 32,
	[WIRE_OBJECT_BARRIER] = 32,
	[WIRE_OBJECT_SPIN] = 4,
	[WIRE_OBJECT_ONCE] = 4,
};

struct tracked {
	uint64_t address;
	uint32_t size;
	char word[NAMING_SIZE]; /* what a line that uses it has in it */
	uint64_t value;		/* while the events go by */
};

struct search {
	const struct recording *recording;
	struct symbols *symbols;
	struct source_cache source;
	struct tracked tracked[TRACKED_MAX];
	size_t tracked_count;
	struct wire_event *pieces; /* changes of whole parts of variables, in order */
	size_t piece_count;
	struct looks *looks;
};

/* ---- which variables changed ---- */

static bool is_object(const struct search *search, uint64_t address)
{
	for (size_t i = 0; i < search->recording->object_count; i++) {
		const struct wire_object *object = &search->recording->objects[i];

		if (object->kind < WIRE_OBJECT_KIND_COUNT && address >= object->address &&
			address - object->address < object_sizes[object->kind])
			return true;
	}
	return false;
}

/* "count" of "table[2].count", for looking it up in source lines. */
static void word_of(const char *name, char word[NAMING_SIZE])
{
	char stem[NAMING_SIZE];
	const char *dot;

	naming_function(name, stem);
	stem[strcspn(stem, "[+")] = '\0';
	dot = strrchr(stem, '.');
	dot = dot ? dot + 1 : stem;
	if (strrchr(dot, ':'))
		dot = strrchr(dot, ':') + 1;
	memmove(word, dot, strlen(dot) + 1);
}

static struct tracked *track(struct search *search, uint64_t address, uint32_t size)
{
	char name[NAMING_SIZE];
	struct tracked *tracked;

	for (size_t i = 0; i < search->tracked_count; i++)
		if (search->tracked[i].address == address)
			return &search->tracked[i];
	if (search->tracked_count == TRACKED_MAX ||
		symbols_data(search->symbols, address, name, sizeof(name)) != 0)
		return NULL;
	tracked = &search->tracked[search->tracked_count++];
	tracked->address = address;
	tracked->size = size;
	word_of(name, tracked->word);
	return tracked;
}

static uint64_t low_bytes(uint64_t value, uint32_t size)
{
	return size < sizeof(value) ? value & ((UINT64_C(1) << 8 * size) - 1) : value;
}

/* The parts of variables that begin in the changed word and differ; with room for 8 of them. */
static size_t split(
	struct search *search, const struct wire_event *change, struct wire_event *pieces)
{
	size_t count = 0;

	for (uint32_t offset = 0, size; offset < sizeof(uint64_t); offset += size) {
		uint64_t address = change->address + offset;
		struct wire_event piece = *change;

		size = symbols_data_size(search->symbols, address);
		if (size == 0 || size > sizeof(uint64_t) - offset) {
			size = 1;
			continue;
		}
		piece.address = address;
		piece.result = (int32_t)size;
		piece.before = low_bytes(change->before >> 8 * offset, size);
		piece.value = low_bytes(change->value >> 8 * offset, size);
		if (piece.before != piece.value && !is_object(search, address) &&
			track(search, address, size))
			pieces[count++] = piece;
	}
	return count;
}

static int find_pieces(struct search *search, const struct recording *recording,
	struct wire_event **ret_pieces, size_t *ret_count)
{
	size_t changes = 0;

	*ret_pieces = NULL;
	*ret_count = 0;
	for (size_t i = 0; i < recording->access_count; i++)
		changes += !recording->accesses[i].pc;
	if (!changes || recording->event_count > EVENTS_MAX)
		return 0;
	*ret_pieces = calloc(changes * sizeof(uint64_t), sizeof(**ret_pieces));
	if (!*ret_pieces)
		return -ENOMEM;
	for (size_t i = 0; i < recording->access_count; i++)
		if (!recording->accesses[i].pc && recording->accesses[i].thread != WIRE_NONE)
			*ret_count += split(
				search, &recording->accesses[i], *ret_pieces + *ret_count);
	/* Before its first change each has what was there then. */
	for (size_t i = *ret_count; i-- > 0;)
		track(search, (*ret_pieces)[i].address, 0)->value = (*ret_pieces)[i].before;
	return 0;
}

/* What changes only in the other execution is worth a look here, too. */
static int find_all(struct search *search, const struct recording *other)
{
	struct wire_event *others = NULL;
	size_t count;
	int r = other ? find_pieces(search, other, &others, &count) : 0;

	free(others);
	return r < 0 ? r
		     : find_pieces(search, search->recording, &search->pieces,
			       &search->piece_count);
}

/* ---- lines ---- */

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *next_word(const char *line, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = line; (at = strstr(at, word)); at++)
		if ((at == line || !is_word_char(at[-1])) && !is_word_char(at[size]))
			return at;
	return NULL;
}

/* Does the line only set it: "x = ...", with no other mention? */
static bool only_sets(const char *line, const char *word)
{
	const char *at = next_word(line, word);
	const char *after;

	if (!at)
		return false;
	after = at + strlen(word);
	if (next_word(after, word))
		return false;
	after += strspn(after, " \t");
	if (*after == '[')
		after = strchr(after, ']') ? strchr(after, ']') + 1 : after;
	after += strspn(after, " \t");
	return after[0] == '=' && after[1] != '=';
}

/* Lines of one function between two operations of a thread; `first` is not in it. */
struct stretch {
	const char *file;
	uint32_t first;
	uint32_t last;
};

static bool has_code(struct search *search, const char *file, uint32_t line)
{
	struct symbol_range range;

	return symbols_find_location(search->symbols, NULL, file, line, &range, 1) > 0;
}

/* The line in the stretch that names the word; 0: none does. */
static uint32_t line_with(struct search *search, const struct stretch *stretch,
	const char *word, const char **ret_text)
{
	for (uint32_t line = stretch->first + 1; line <= stretch->last; line++) {
		const char *text = source_line(&search->source, stretch->file, line);

		if (text && next_word(text, word) && has_code(search, stretch->file, line)) {
			*ret_text = text;
			return line;
		}
	}
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Both ends in one function, the first above the last? */
static bool make_stretch(const struct symbol_frame *from, const struct symbol_frame *to,
	struct stretch *ret_stretch)
{
	*ret_stretch =
		(struct stretch){ .file = to->file, .first = from->line, .last = to->line };
	return to->line && from->line && !to->is_system && same_text(from->file, to->file) &&
	       same_text(from->function, to->function) && from->line < to->line &&
	       to->line - from->line <= STRETCH_MAX;
}

/* ---- what is told ---- */

static int tell(struct search *search, const struct look *look)
{
	struct looks *looks = search->looks;

	if (looks->count == looks->capacity) {
		size_t capacity = looks->capacity ? looks->capacity * 2 : 64;
		struct look *list = reallocarray(looks->list, capacity, sizeof(*list));

		if (!list)
			return -ENOMEM;
		looks->list = list;
		looks->capacity = capacity;
	}
	looks->list[looks->count++] = *look;
	return 0;
}

/* One stretch of one thread: what it changed and what it may have looked at. */
struct turn {
	uint32_t thread;
	uint32_t begin; /* event of its operation before */
	uint32_t end;	/* and of the one after; the number of events at the end */
	uint64_t pc;
	uint32_t stack;
	bool has_lines;
	struct stretch stretch;
};

static const struct wire_event *change_in(
	const struct search *search, const struct turn *turn, uint64_t address)
{
	for (size_t i = 0; i < search->piece_count; i++) {
		const struct wire_event *piece = &search->pieces[i];

		if (piece->thread == turn->thread && piece->address == address &&
			piece->chosen > turn->begin && piece->chosen <= turn->end)
			return piece;
	}
	return NULL;
}

static int tell_variable(struct search *search, const struct turn *turn, size_t index)
{
	struct tracked *tracked = &search->tracked[index];
	const struct wire_event *piece = change_in(search, turn, tracked->address);
	const char *text = NULL;
	struct look look = { .event = {
				     .pc = turn->pc,
				     .stack = turn->stack,
				     .address = tracked->address,
				     .result = (int32_t)tracked->size,
				     .thread = turn->thread,
				     .object = WIRE_NONE,
				     .usual = WIRE_NONE,
				     .chosen = turn->end,
				     .known = WIRE_KNOWN_VALUE | WIRE_KNOWN_BEFORE,
			     } };

	if (turn->has_lines)
		look.line = line_with(search, &turn->stretch, tracked->word, &text);
	if (!piece && !look.line)
		return 0;
	look.event.before = tracked->value;
	look.event.value = piece ? piece->value : tracked->value;
	if (!piece)
		look.event.op = only_sets(text, tracked->word) ? OP_WRITE : OP_READ;
	else
		look.event.op =
			!text || only_sets(text, tracked->word) ? OP_WRITE : OP_ATOMIC_RMW;
	tracked->value = look.event.value;
	return tell(search, &look);
}

static int tell_turn(struct search *search, const struct turn *turn)
{
	int r = 0;

	for (size_t i = 0; i < search->tracked_count && r == 0; i++)
		r = tell_variable(search, turn, i);
	return r;
}

/* By thread, while the events go by: where it was last. */
struct place {
	uint32_t event;
	struct symbol_frame frame;
};

/* A thread begins at the head of its function. */
static struct place *places_new(const struct search *search)
{
	const struct recording *recording = search->recording;
	struct place *places = calloc(recording->thread_count + 1, sizeof(*places));

	for (size_t i = 0; places && i < recording->thread_count; i++)
		if (recording->threads[i].start_routine)
			symbols_frames(search->symbols, recording->threads[i].start_routine,
				false, &places[i].frame, 1);
	return places;
}

static int tell_up_to(struct search *search, struct place *last, uint32_t index)
{
	const struct wire_event *event = &search->recording->events[index];
	struct place here = { .event = index };
	struct turn turn = {
		.thread = event->thread,
		.begin = last->event,
		.end = index,
		.pc = event->pc,
		.stack = event->stack,
	};
	int r;

	naming_display(
		search->recording, search->symbols, event->stack, event->pc, &here.frame);
	turn.has_lines = make_stretch(&last->frame, &here.frame, &turn.stretch);
	r = tell_turn(search, &turn);
	*last = here;
	return r;
}

/* The failure's own line, and what led to it. */
static int tell_failure(struct search *search, const struct place *threads)
{
	const struct wire_result *result = &search->recording->result;
	struct turn turn = {
		.thread = result->thread,
		.end = (uint32_t)search->recording->event_count,
		.pc = result->pc,
		.stack = result->stack,
	};
	struct symbol_frame frame;

	if (result->thread >= search->recording->thread_count)
		return 0;
	turn.begin = threads[result->thread].event;
	naming_display(search->recording, search->symbols, result->stack, result->pc, &frame);
	turn.has_lines = make_stretch(&threads[result->thread].frame, &frame, &turn.stretch);
	return tell_turn(search, &turn);
}

static int tell_all(struct search *search)
{
	const struct recording *recording = search->recording;
	struct place *threads = places_new(search);
	int r = threads ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < recording->event_count && r == 0; i++) {
		const struct wire_event *event = &recording->events[i];

		if (event->thread != WIRE_NONE && event->decision == WIRE_DECISION_NONE &&
			event->op != OP_THREAD_START)
			r = tell_up_to(search, &threads[event->thread], i);
	}
	if (r == 0)
		r = tell_failure(search, threads);
	free(threads);
	return r;
}

int looks_find(const struct recording *recording, const struct recording *other,
	struct symbols *symbols, struct looks *ret_looks)
{
	struct search search = {
		.recording = recording,
		.symbols = symbols,
		.source.built = source_build_time(recording->maps),
		.looks = ret_looks,
	};
	int r;

	*ret_looks = (struct looks){ 0 };
	r = find_all(&search, other);
	if (r == 0 && search.tracked_count)
		r = tell_all(&search);
	free(search.pieces);
	source_cache_release(&search.source);
	return r;
}

void looks_release(struct looks *looks)
{
	free(looks->list);
	*looks = (struct looks){ 0 };
}
