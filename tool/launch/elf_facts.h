/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one ELF file says about itself: kind, machine, interpreter, symbols that tell how it was
 * built. Files may be damaged or hostile: whatever does not hold together is taken as absent.
 */
#ifndef WEFT_TOOL_LAUNCH_ELF_FACTS_H
#define WEFT_TOOL_LAUNCH_ELF_FACTS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The sanitizers whose marks are looked for; used as bits, 1u << SANITIZER_x. */
enum sanitizer {
	SANITIZER_THREAD,
	SANITIZER_ADDRESS,
	SANITIZER_MEMORY,
	SANITIZER_LEAK,
	SANITIZER_UNDEFINED,
	SANITIZER_COUNT
};

#define BUILD_ID_HEX_SIZE 129 /* ids of up to 64 bytes */

struct elf_facts {
	uint8_t class;	  /* ELFCLASS32 or ELFCLASS64 */
	uint8_t os_abi;	  /* ELFOSABI_* */
	uint16_t type;	  /* ET_* */
	uint16_t machine; /* EM_* */
	bool has_interpreter;
	char interpreter[PATH_MAX];   /* empty when there is none or it can't be read */
	bool is_pie;		      /* position-independent: a program loaded anywhere */
	bool has_symbols;	      /* not stripped */
	bool has_debug_info;	      /* DWARF within the file */
	bool is_go;		      /* made by the Go toolchain */
	bool imports_syscall;	      /* calls syscall(2) directly: raw futexes, among others */
	unsigned int sanitizers_used; /* bits: calls this sanitizer's runtime */
	unsigned int sanitizers_defined;  /* bits: contains this sanitizer's runtime */
	bool contains_sanitizer_runtime;  /* contains one; perhaps stripped, so that none shows
					   */
	char build_id[BUILD_ID_HEX_SIZE]; /* lower-case hexadecimal, or empty */
	char debug_link[NAME_MAX + 1];	  /* name of the separate debug file, or empty */
};

/*
 * Reads the facts from an open file. Returns 0, -ENOEXEC for a file that is no ELF file or
 * whose header is incomplete, or a negative errno if it can't be read.
 */
int elf_facts_read(int fd, struct elf_facts *ret);

/* "ThreadSanitizer" and so on; static strings. */
const char *sanitizer_name(enum sanitizer sanitizer);

/* The name of a machine in EM_*, such as "AArch64", or NULL for one that is not known here. */
const char *elf_machine_name(uint16_t machine);

#endif
