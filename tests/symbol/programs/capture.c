/* SPDX-License-Identifier: Apache-2.0 */
/* The library behind capture.h; also stands in for pthread_mutex_lock, as the runtime does. */
#include "capture.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "common/wire.h"

#define STACK_MAX (256u << 10)
#define NOTES_MAX 64

struct note {
	char name[64];
	uint64_t address;
};

static _Alignas(8) unsigned char stack_buffer[sizeof(struct wire_stack) + STACK_MAX];
static struct note notes[NOTES_MAX];
static uint64_t note_count;
static char maps[64 << 10];
static uint64_t maps_len;

static void read_maps(void)
{
	int fd = open("/proc/self/maps", O_RDONLY);
	ssize_t got;

	maps_len = 0;
	while ((got = read(fd, maps + maps_len, sizeof(maps) - maps_len)) > 0)
		maps_len += (uint64_t)got;
	close(fd);
}

/* The end of the mapping that holds `sp`. */
static uint64_t stack_end(uint64_t sp)
{
	const char *line = maps;

	while (line && line < maps + maps_len) {
		char *end;
		uint64_t from = strtoull(line, &end, 16);
		uint64_t to = strtoull(end + 1, NULL, 16);

		if (from <= sp && sp < to)
			return to;
		line = memchr(line, '\n', (size_t)(maps + maps_len - line));
		line = line ? line + 1 : NULL;
	}
	return sp;
}

static void copy_stack(struct wire_stack *stack)
{
	uint64_t size;

	read_maps();
	size = stack_end(stack->sp) - stack->sp;
	stack->size = (uint32_t)(size < STACK_MAX ? size : STACK_MAX);
	memcpy(stack->bytes, (const void *)(uintptr_t)stack->sp, stack->size);
}

/* A macro, since the registers must be those of the function that copies the stack. */
#define TAKE_REGISTERS(stack)                        \
	__asm__ volatile("movq %%rsp, 0(%0)\n\t"     \
			 "leaq 0f(%%rip), %%rax\n\t" \
			 "movq %%rax, 8(%0)\n\t"     \
			 "movq %%rbp, 16(%0)\n\t"    \
			 "movq %%rbx, 24(%0)\n\t"    \
			 "movq %%r12, 32(%0)\n\t"    \
			 "movq %%r13, 40(%0)\n\t"    \
			 "movq %%r14, 48(%0)\n\t"    \
			 "movq %%r15, 56(%0)\n\t"    \
			 "0:"                        \
			 :                           \
			 : "r"(stack)                \
			 : "rax", "memory")

void capture_here(void)
{
	struct wire_stack *stack = (struct wire_stack *)stack_buffer;

	TAKE_REGISTERS(stack);
	copy_stack(stack);
}

void capture_address(const char *name, const void *address)
{
	struct note *note = &notes[note_count++ % NOTES_MAX];

	strncpy(note->name, name, sizeof(note->name) - 1);
	note->address = (uint64_t)(uintptr_t)address;
}

void capture_pc(const char *name)
{
	capture_address(name, __builtin_return_address(0));
}

static volatile int calls;

void capture_call(void (*routine)(void))
{
	routine();
	calls++; /* keeps the frame */
}

static void *thread_begin(void *routine)
{
	((void (*)(void))routine)();
	calls++;
	return NULL;
}

void capture_thread(void (*routine)(void))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, thread_begin, (void *)routine) == 0)
		pthread_join(thread, NULL);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	capture_address("pthread_mutex_lock", __builtin_return_address(0));
	return pthread_mutex_trylock(mutex);
}

static void write_all(int fd, const void *bytes, uint64_t size)
{
	if (write(fd, bytes, size) != (ssize_t)size)
		_exit(9);
}

void capture_write(void)
{
	const struct wire_stack *stack = (const struct wire_stack *)stack_buffer;
	uint64_t stack_len = sizeof(*stack) + stack->size;
	int fd = open(getenv("SNAPSHOT"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (maps_len == 0)
		read_maps();
	write_all(fd, &maps_len, sizeof(maps_len));
	write_all(fd, &stack_len, sizeof(stack_len));
	write_all(fd, &note_count, sizeof(note_count));
	write_all(fd, maps, maps_len);
	write_all(fd, stack, stack_len);
	write_all(fd, notes, note_count * sizeof(notes[0]));
	close(fd);
}

static void on_signal(int signal)
{
	(void)signal;
	capture_here();
	capture_write();
	_exit(0);
}

static void on_interrupted(int signal, siginfo_t *info, void *context)
{
	const greg_t *registers = ((const ucontext_t *)context)->uc_mcontext.gregs;
	struct wire_stack *stack = (struct wire_stack *)stack_buffer;

	(void)signal;
	(void)info;
	stack->pc = (uint64_t)registers[REG_RIP];
	stack->sp = (uint64_t)registers[REG_RSP];
	stack->rbp = (uint64_t)registers[REG_RBP];
	stack->rbx = (uint64_t)registers[REG_RBX];
	stack->r12 = (uint64_t)registers[REG_R12];
	stack->r13 = (uint64_t)registers[REG_R13];
	stack->r14 = (uint64_t)registers[REG_R14];
	stack->r15 = (uint64_t)registers[REG_R15];
	copy_stack(stack);
	capture_write();
	_exit(0);
}

void capture_in_handler(int signal_number)
{
	signal(signal_number, on_signal);
}

void capture_interrupted(int signal_number)
{
	struct sigaction action = { .sa_sigaction = on_interrupted, .sa_flags = SA_SIGINFO };

	sigaction(signal_number, &action, NULL);
}
