/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unwinding by libdwfl over a snapshot that takes the place of a process; see unwind.h. libdwfl
 * falls back on the frame pointer by itself where there is no call frame information.
 */
#include "tool/symbol/unwind.h"

#include <string.h>

#include "tool/symbol/symbols_private.h"

/* Any number will do: dwfl knows one process with one thread, which is the snapshot. */
#define SNAPSHOT_TID 1
/* Calls that are gone through to find the end of a stack. */
#define FRAMES_MAX 200000

/* Numbers of the registers in DWARF, from the x86-64 psABI, figure 3.36. */
enum dwarf_register {
	DWARF_RBX = 3,
	DWARF_RBP = 6,
	DWARF_RSP = 7,
	DWARF_R12 = 12,
	DWARF_RIP = 16,
};

struct unwinding {
	struct symbols *symbols;
	struct symbol_frame *frames;
	size_t max;
	size_t count;
	size_t outermost; /* how many of `max` are for the end of the stack; 0: it is not looked
			   * for
			   */
	size_t left_out;  /* frames between those and the others */
	uint64_t last_sp;
	size_t kept;	      /* stack frames that became part of `frames` */
	bool has_started;     /* a frame was seen */
	bool dropped_runtime; /* frames of the runtime were at the top */
	bool first_is_call;   /* the snapshot's pc was made one less than a return address */
};

static pid_t next_thread(Dwfl *dwfl, void *dwfl_arg, void **thread_argp)
{
	(void)dwfl;
	if (*thread_argp)
		return 0;
	*thread_argp = dwfl_arg;
	return SNAPSHOT_TID;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *dwfl_arg, void **thread_argp)
{
	(void)dwfl;
	*thread_argp = dwfl_arg;
	return tid == SNAPSHOT_TID;
}

static bool snapshot_read(
	const struct snapshot *snapshot, uint64_t address, uint64_t *ret_value)
{
	uint64_t offset = address - snapshot->sp;

	if (address < snapshot->sp || snapshot->size < sizeof(*ret_value) ||
		offset > snapshot->size - sizeof(*ret_value))
		return false;
	memcpy(ret_value, snapshot->bytes + offset, sizeof(*ret_value));
	return true;
}

static bool memory_read(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *result, void *dwfl_arg)
{
	struct symbols *symbols = dwfl_arg;
	struct module *module;

	(void)dwfl;
	if (snapshot_read(&symbols->snapshot, address, result))
		return true;
	module = symbols_find_module(symbols, address);
	return module && module_read(module, address, result);
}

static bool set_initial_registers(Dwfl_Thread *thread, void *thread_arg)
{
	const struct snapshot *s = &((struct symbols *)thread_arg)->snapshot;
	const Dwarf_Word bp_sp[] = { s->rbp, s->sp };
	const Dwarf_Word r12_up[] = { s->r12, s->r13, s->r14, s->r15 };

	return dwfl_thread_state_registers(thread, DWARF_RBX, 1, &s->rbx) &&
	       dwfl_thread_state_registers(thread, DWARF_RBP, 2, bp_sp) &&
	       dwfl_thread_state_registers(thread, DWARF_R12, 4, r12_up) &&
	       dwfl_thread_state_registers(thread, DWARF_RIP, 1, &s->pc);
}

static const Dwfl_Thread_Callbacks snapshot_callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = memory_read,
	.set_initial_registers = set_initial_registers,
};

/* dwfl learns the architecture from an ELF file: any of the program's that is ours. */
static bool attach(struct symbols *symbols)
{
	size_t i;

	for (i = 0; !symbols->is_attached && i < symbols->module_count; i++) {
		struct module *module = &symbols->modules[i];
		GElf_Ehdr header;

		module_open(module, &symbols->arena);
		if (!module->elf || !gelf_getehdr(module->elf, &header) ||
			header.e_machine != EM_X86_64)
			continue;
		symbols->is_attached = dwfl_attach_state(
			symbols->dwfl, module->elf, SNAPSHOT_TID, &snapshot_callbacks, symbols);
	}
	return symbols->is_attached;
}

/* When there is no more room, the outermost frames move up. */
static void add_frame(struct unwinding *unwinding, const struct symbol_frame *frame)
{
	size_t last = unwinding->max - 1;
	size_t first = unwinding->max - unwinding->outermost;

	if (unwinding->count < unwinding->max) {
		unwinding->frames[unwinding->count++] = *frame;
		return;
	}
	if (!unwinding->outermost)
		return;
	memmove(&unwinding->frames[first], &unwinding->frames[first + 1],
		(last - first) * sizeof(*frame));
	unwinding->frames[last] = *frame;
	unwinding->left_out++;
}

static void add_frames(struct unwinding *unwinding, uint64_t pc, bool is_return_address)
{
	struct symbol_frame inlined[SYMBOLS_MAX_INLINE];
	size_t count = symbols_frames(
		unwinding->symbols, pc, is_return_address, inlined, SYMBOLS_MAX_INLINE);

	for (size_t i = 0; i < count; i++)
		add_frame(unwinding, &inlined[i]);
	unwinding->kept++;
}

/* Is the frame at the top of the stack, and none of the program's business? */
static bool is_runtime_top(struct unwinding *unwinding, uint64_t pc)
{
	struct module *module = symbols_find_module(unwinding->symbols, pc);

	if (unwinding->kept > 0 || !module || !module->is_runtime)
		return false;
	unwinding->dropped_runtime = true;
	return true;
}

static int on_frame(Dwfl_Frame *state, void *arg)
{
	struct unwinding *unwinding = arg;
	bool is_first = !unwinding->has_started;
	Dwarf_Word sp = 0;
	Dwarf_Addr pc;
	bool is_exact;

	if (!dwfl_frame_pc(state, &pc, &is_exact) || pc == 0)
		return DWARF_CB_ABORT;
	if (dwfl_frame_reg(state, DWARF_RSP, &sp) != 0)
		return DWARF_CB_ABORT;
	/* Callers are further up, except where a signal came in on a stack of its own. */
	if (!is_first && !is_exact && sp <= unwinding->last_sp)
		return DWARF_CB_ABORT;
	unwinding->has_started = true;
	unwinding->last_sp = sp;
	/* Below the runtime's signal handler lies the trampoline, then what was interrupted. */
	if (is_exact && unwinding->dropped_runtime && unwinding->kept == 1) {
		unwinding->count = 0;
		unwinding->kept = 0;
	}
	if (is_first && unwinding->first_is_call)
		add_frames(unwinding, pc + 1, true);
	else if (!is_runtime_top(unwinding, is_exact ? pc : pc - 1))
		add_frames(unwinding, pc, !is_exact);
	if (unwinding->count < unwinding->max)
		return DWARF_CB_OK;
	return unwinding->outermost && unwinding->kept < FRAMES_MAX ? DWARF_CB_OK
								    : DWARF_CB_ABORT;
}

static bool snapshot_take(
	struct snapshot *snapshot, const struct wire_stack *stack, size_t available)
{
	uint64_t room;

	if (available < sizeof(*stack))
		return false;
	room = available - sizeof(*stack);
	*snapshot = (struct snapshot){
		.pc = stack->pc,
		.sp = stack->sp,
		.rbp = stack->rbp,
		.rbx = stack->rbx,
		.r12 = stack->r12,
		.r13 = stack->r13,
		.r14 = stack->r14,
		.r15 = stack->r15,
		.bytes = stack->bytes,
		.size = stack->size,
	};
	if (snapshot->size > room)
		snapshot->size = room;
	if (snapshot->size > UINT64_MAX - snapshot->sp)
		snapshot->size = UINT64_MAX - snapshot->sp;
	return true;
}

/*
 * A call through a wild pointer leaves a pc that is in no module, right after the call pushed
 * its return address: go on from there.
 */
static bool snapshot_return(struct unwinding *unwinding, struct snapshot *snapshot)
{
	uint64_t return_address;

	if (!snapshot_read(snapshot, snapshot->sp, &return_address) || return_address == 0 ||
		!symbols_find_module(unwinding->symbols, return_address - 1))
		return false;
	snapshot->pc = return_address - 1;
	snapshot->sp += sizeof(return_address);
	snapshot->bytes += sizeof(return_address);
	snapshot->size -= sizeof(return_address);
	unwinding->first_is_call = true;
	return true;
}

bool symbol_frame_is_runtime(const struct symbol_frame *frame)
{
	return frame->module && module_is_runtime(frame->module);
}

/*
 * A thread begins in the runtime, below that at most in the system's libraries: its frames are
 * those of the program above. The runtime's frames further up, as of pthread_once, have the
 * program's below.
 */
static size_t without_thread_begin(const struct symbol_frame *frames, size_t count)
{
	size_t end = count;

	while (end > 0 && frames[end - 1].is_system &&
		!symbol_frame_is_runtime(&frames[end - 1]))
		end--;
	if (end == 0 || !symbol_frame_is_runtime(&frames[end - 1]))
		return count;
	while (end > 1 && symbol_frame_is_runtime(&frames[end - 1]))
		end--;
	return end;
}

size_t symbols_unwind(struct symbols *symbols, const struct wire_stack *stack, size_t available,
	struct symbol_frame *frames, size_t max)
{
	struct stack_ends unwound = { .frames = frames, .max = max };

	symbols_unwind_ends(symbols, stack, available, &unwound);
	return unwound.count;
}

void symbols_unwind_ends(struct symbols *symbols, const struct wire_stack *stack,
	size_t available, struct stack_ends *unwound)
{
	size_t max = unwound->max;
	struct unwinding unwinding = {
		.symbols = symbols,
		.frames = unwound->frames,
		.max = max,
		.outermost = unwound->outermost < max ? unwound->outermost : 0,
	};
	struct snapshot *snapshot = &symbols->snapshot;
	uint64_t pc;

	unwound->count = 0;
	unwound->left_out = 0;
	if (max == 0 || !snapshot_take(snapshot, stack, available))
		return;
	pc = snapshot->pc;
	if (!symbols_find_module(symbols, pc)) {
		add_frames(&unwinding, pc, false);
		if (!snapshot_return(&unwinding, snapshot)) {
			unwound->count = unwinding.count;
			return;
		}
	}
	if (unwinding.count < max && attach(symbols))
		dwfl_getthread_frames(symbols->dwfl, SNAPSHOT_TID, on_frame, &unwinding);
	if (unwinding.count == 0)
		add_frames(&unwinding, pc, false);
	unwound->count = without_thread_begin(unwound->frames, unwinding.count);
	unwound->left_out = unwinding.left_out;
}
