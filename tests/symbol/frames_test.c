/* SPDX-License-Identifier: Apache-2.0 */
/* Functions and lines of single program counters; the inline chain; modules. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/symbol/snapshot.h"
#include "tool/symbol/symbols.h"

#define C_FLAGS "-std=gnu11 -I" PROGRAMS
#define CXX_FLAGS "-std=c++17 -I" PROGRAMS

static const char *const c_compilers[] = {
	"gcc -O0 -g",
	"gcc -O2 -g",
	"gcc -O2 -g -gdwarf-4 -fomit-frame-pointer",
	"gcc -O1 -g -no-pie",
	"gcc -O2 -g -flto",
	"gcc -O2 -g -gsplit-dwarf",
	"gcc -O2 -g -gdwarf-4 -gsplit-dwarf",
	"gcc -O2 -g -ffunction-sections -Wl,--gc-sections",
	"gcc-11 -O2 -g",
	"clang-14 -O2 -g",
	"clang-16 -O1 -g",
	"clang-16 -O2 -g -gsplit-dwarf",
	"clang-19 -O2 -g",
};

static const char *const cxx_compilers[] = {
	"g++ -O0 -g",
	"g++ -O2 -g",
	"g++ -O2 -g -gdwarf-4",
	"g++ -O3 -g -flto",
	"clang++-14 -O2 -g",
	"clang++-16 -O2 -g",
	"clang++-19 -O2 -g",
};

/* Builds with one of the compilers above; false if that one is not installed. */
static bool build(struct program *program, const char *compiler, const char *source)
{
	const char *flags = strstr(source, ".cc") ? CXX_FLAGS : C_FLAGS;
	char name[32];
	char command[512];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(compiler, " "), compiler);
	if (!command_exists(name))
		return false;
	snprintf(command, sizeof(command), "%s %s", compiler, flags);
	program_build(program, command, source);
	program_run(program, "");
	return true;
}

static struct symbols *symbols_of(const struct program *program)
{
	struct diag diag;
	struct symbols *symbols = symbols_new(program->maps, program->maps_len, &diag);

	assert_non_null(symbols);
	return symbols;
}

static void check_frame(const struct symbol_frame *frame, const char *function,
	const char *source, const char *mark)
{
	char ending[64];

	assert_non_null(frame->function);
	assert_string_equal(frame->function, function);
	assert_non_null(frame->file);
	snprintf(ending, sizeof(ending), "programs/%s", source);
	assert_non_null(strstr(frame->file, ending));
	assert_int_equal(frame->file[0], '/');
	assert_int_equal(frame->line, source_mark(source, mark));
	assert_string_equal(frame->module, "prog");
	assert_false(frame->is_system);
}

static void inline_chain_is_whole_with(const char *compiler)
{
	struct symbol_frame frames[8];
	struct program program;
	struct symbols *symbols;
	size_t count;

	if (!build(&program, compiler, "bank.c"))
		return;
	print_message("  %s\n", compiler);
	symbols = symbols_of(&program);
	count = symbols_frames(symbols, program_note(&program, "deposit"), true, frames, 8);
	assert_in_range(count, 2, 3);
	check_frame(&frames[0], "deposit", "bank.c", "deposit-pc");
	assert_true(frames[0].is_inlined);
	check_frame(&frames[1], "transfer", "bank.c", "transfer");
	symbols_free(symbols);
	program_release(&program);
}

static void inline_chain_is_whole_with_every_compiler(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c_compilers) / sizeof(c_compilers[0]); i++)
		inline_chain_is_whole_with(c_compilers[i]);
}

static void check_display(struct symbols *symbols, const struct program *program,
	const char *note, const char *function, const char *mark)
{
	struct symbol_frame frame;

	symbols_display_frame(symbols, program_note(program, note), true, &frame);
	check_frame(&frame, function, "account.cc", mark);
}

static void display_frame_is_the_users_with(const char *compiler)
{
	struct symbol_frame frames[SYMBOLS_MAX_INLINE];
	struct symbol_frame frame;
	struct program program;
	struct symbols *symbols;
	uint64_t lock_pc;

	if (!build(&program, compiler, "account.cc"))
		return;
	print_message("  %s\n", compiler);
	symbols = symbols_of(&program);
	check_display(symbols, &program, "withdraw", "bank::Account::withdraw", "withdraw");
	check_display(symbols, &program, "add", "bank::add<int>", "add");
	check_display(
		symbols, &program, "hidden", "bank::(anonymous namespace)::hidden", "hidden");
	lock_pc = program_note(&program, "pthread_mutex_lock");
	assert_true(symbols_frames(symbols, lock_pc, true, frames, SYMBOLS_MAX_INLINE) >= 1);
	assert_true(frames[0].is_system);
	/* Without optimisation the library's functions are frames of their own. */
	if (!strstr(compiler, "-O0"))
		check_display(symbols, &program, "pthread_mutex_lock",
			"bank::Account::withdraw", "lock");
	symbols_display_frame(symbols, program_note(&program, "lambda"), true, &frame);
	assert_int_equal(frame.line, source_mark("account.cc", "lambda"));
	assert_non_null(strstr(frame.function, "operator()"));
	assert_non_null(strstr(frame.function, "main::"));
	symbols_free(symbols);
	program_release(&program);
}

static void display_frame_is_the_users_with_every_compiler(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cxx_compilers) / sizeof(cxx_compilers[0]); i++)
		display_frame_is_the_users_with(cxx_compilers[i]);
}

static void check_separate(const char *compiler, const char *commands, bool expect_lines)
{
	struct symbol_frame frames[8];
	struct program program;
	struct symbols *symbols;
	size_t count;

	assert_true(build(&program, compiler, "bank.c"));
	program_command(&program, "%s", commands);
	program_run(&program, "");
	symbols = symbols_of(&program);
	count = symbols_frames(symbols, program_note(&program, "deposit"), true, frames, 8);
	if (expect_lines) {
		assert_int_equal(count, 2);
		check_frame(&frames[0], "deposit", "bank.c", "deposit-pc");
	} else {
		assert_int_equal(count, 1);
		assert_null(frames[0].file);
		assert_int_equal(frames[0].line, 0);
		assert_string_equal(frames[0].module, "prog");
		assert_true(frames[0].module_offset > 0);
	}
	symbols_free(symbols);
	program_release(&program);
}

#define STRIP_AND_LINK(debug_file)                                           \
	"objcopy --only-keep-debug prog " debug_file " && strip -s prog && " \
	"objcopy --add-gnu-debuglink=" debug_file " prog"

static void separate_debug_file_is_found_by_its_link(void **state)
{
	(void)state;
	check_separate("gcc -O2 -g", STRIP_AND_LINK("prog.debug"), true);
	check_separate("gcc -O2 -g",
		STRIP_AND_LINK("other.debug") " && mkdir .debug && mv other.debug .debug/",
		true);
	/* Without a build-id the checksum in the link has to do. */
	check_separate("gcc -O2 -g -Wl,--build-id=none", STRIP_AND_LINK("prog.debug"), true);
}

static void debug_file_of_another_build_is_not_believed(void **state)
{
	(void)state;
	check_separate("gcc -O2 -g",
		STRIP_AND_LINK("prog.debug") " && objcopy --only-keep-debug " CAPTURE_FOLDER
					     "/libweft.so prog.debug",
		false);
	check_separate("gcc -O2 -g -Wl,--build-id=none",
		STRIP_AND_LINK("prog.debug") " && objcopy --only-keep-debug " CAPTURE_FOLDER
					     "/libweft.so prog.debug",
		false);
}

static void program_without_debug_information_has_symbols_and_offsets(void **state)
{
	struct symbol_frame frame;
	struct program program;
	struct symbols *symbols;

	(void)state;
	assert_true(build(&program, "gcc -O2", "bank.c"));
	symbols = symbols_of(&program);
	symbols_display_frame(symbols, program_note(&program, "deposit"), true, &frame);
	assert_string_equal(frame.function, "transfer");
	assert_null(frame.file);
	assert_null(frame.short_file);
	symbols_free(symbols);
	program_release(&program);
	check_separate("gcc -O2 -g", "strip -s prog", false);
}

static void deleted_program_leaves_module_and_offset(void **state)
{
	struct symbol_frame frame;
	struct program program;
	struct symbols *symbols;
	char maps[16384];
	size_t len = 0;
	const char *line;

	(void)state;
	assert_true(build(&program, "gcc -O2 -g", "bank.c"));
	for (line = program.maps; line < program.maps + program.maps_len;) {
		const char *end = strchr(line, '\n');
		const char *mark = memmem(line, (size_t)(end - line), "/prog", 5);

		len += (size_t)snprintf(maps + len, sizeof(maps) - len, "%.*s%s\n",
			(int)(end - line), line, mark ? " (deleted)" : "");
		line = end + 1;
	}
	symbols = symbols_new(maps, len, &(struct diag){ 0 });
	assert_non_null(symbols);
	symbols_display_frame(symbols, program_note(&program, "deposit"), true, &frame);
	assert_null(frame.function);
	assert_string_equal(frame.module, "prog");
	assert_true(frame.module_offset > 0);
	symbols_free(symbols);
	program_release(&program);
}

static void modules_are_found_both_ways_with(const char *compiler)
{
	struct symbol_module module;
	struct program program;
	struct symbols *symbols;
	uint64_t pc;
	uint64_t offset;
	uint64_t back;

	assert_true(build(&program, compiler, "bank.c"));
	symbols = symbols_of(&program);
	pc = program_note(&program, "deposit");
	assert_int_equal(symbols_module(symbols, pc, &module, &offset), 0);
	assert_int_equal(strlen(module.build_id), 40);
	assert_true(module.start <= pc && pc < module.end);
	assert_int_equal(symbols_module_address(symbols, "prog", offset, &back), 0);
	assert_int_equal(back, pc);
	assert_int_equal(symbols_module_address(symbols, module.path, offset, &back), 0);
	assert_int_equal(back, pc);
	assert_int_equal(symbols_module_address(symbols, "absent", offset, &back), -2);
	assert_int_equal(symbols_module_address(symbols, "prog", UINT64_MAX, &back), -2);
	assert_int_equal(symbols_module(symbols, 64, &module, &offset), -2);
	symbols_free(symbols);
	/* The offset is the one that addr2line takes. */
	if (command_exists("addr2line"))
		program_command(&program,
			"addr2line -f -e prog 0x%llx | grep -q -e deposit -e transfer",
			(unsigned long long)offset - 1);
	program_release(&program);
}

static void modules_are_found_both_ways(void **state)
{
	(void)state;
	modules_are_found_both_ways_with("gcc -O2 -g");
	modules_are_found_both_ways_with("gcc -O2 -g -no-pie");
}

static void check_relative(const char *flags, bool has_root)
{
	struct symbol_frame frame;
	struct program program;
	struct symbols *symbols;
	char path[128];

	program_build(&program, "gcc -I" PROGRAMS, "bank.c");
	program_command(&program,
		"mkdir src out && cp " PROGRAMS "/bank.c src && cd out && "
		"gcc -I" PROGRAMS " -g %s ../src/bank.c -o ../prog "
		"-L" CAPTURE_FOLDER " -l:libweft.so -Wl,-rpath," CAPTURE_FOLDER,
		flags);
	program_run(&program, "");
	symbols = symbols_of(&program);
	symbols_display_frame(symbols, program_note(&program, "deposit"), true, &frame);
	assert_string_equal(frame.short_file, "src/bank.c");
	snprintf(path, sizeof(path), "%s/src/bank.c", program.folder);
	assert_string_equal(frame.file, has_root ? path : "src/bank.c");
	symbols_free(symbols);
	program_release(&program);
}

static void file_given_to_the_compiler_by_a_relative_path_is_found(void **state)
{
	(void)state;
	check_relative("-gdwarf-5", true);
	check_relative("-gdwarf-4", true);
	check_relative("-gdwarf-5 -fdebug-prefix-map=$(dirname $PWD)=.", false);
	check_relative("-gdwarf-4 -fdebug-prefix-map=$(dirname $PWD)=.", false);
}

static void unknown_pc_has_a_frame_with_its_pc_only(void **state)
{
	struct symbols *symbols = symbols_new("", 0, &(struct diag){ 0 });
	struct symbol_frame frame;

	(void)state;
	assert_non_null(symbols);
	assert_int_equal(symbols_frames(symbols, 0x1234, true, &frame, 1), 1);
	assert_int_equal(frame.pc, 0x1234);
	assert_null(frame.module);
	assert_null(frame.function);
	assert_int_equal(symbols_frames(symbols, 0x1234, true, &frame, 0), 0);
	symbols_display_frame(symbols, UINT64_MAX, false, &frame);
	assert_int_equal(frame.pc, UINT64_MAX);
	symbols_free(symbols);
}

/* A server that would answer with a connection: none must arrive. */
static void no_debuginfod_server_is_asked(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	char url[64];

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", ntohs(address.sin_port));
	setenv("DEBUGINFOD_URLS", url, 1);
	setenv("DEBUGINFOD_TIMEOUT", "1", 1);
	check_separate("gcc -O2 -g", "strip -s prog", false);
	unsetenv("DEBUGINFOD_URLS");
	assert_int_equal(poll(&(struct pollfd){ .fd = listener, .events = POLLIN }, 1, 0), 0);
	close(listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inline_chain_is_whole_with_every_compiler),
		cmocka_unit_test(display_frame_is_the_users_with_every_compiler),
		cmocka_unit_test(separate_debug_file_is_found_by_its_link),
		cmocka_unit_test(debug_file_of_another_build_is_not_believed),
		cmocka_unit_test(program_without_debug_information_has_symbols_and_offsets),
		cmocka_unit_test(deleted_program_leaves_module_and_offset),
		cmocka_unit_test(modules_are_found_both_ways),
		cmocka_unit_test(file_given_to_the_compiler_by_a_relative_path_is_found),
		cmocka_unit_test(unknown_pc_has_a_frame_with_its_pc_only),
		cmocka_unit_test(no_debuginfod_server_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
