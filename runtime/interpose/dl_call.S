/* SPDX-License-Identifier: Apache-2.0 */
/*
 * long dl_call(const void *function, const void *gate, long a, long b, long c)
 *
 * Calls function(a, b, c) so that its return address is `gate`, a `ret` instruction somewhere else,
 * and returns what it returns. See dl.c for why.
 */
	.text
	.globl	dl_call
	.hidden	dl_call
	.type	dl_call, @function
dl_call:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	movq	%rdi, %rax
	movq	%rsi, %r10
	movq	%rdx, %rdi
	movq	%rcx, %rsi
	movq	%r8, %rdx
	leaq	1f(%rip), %r11
	subq	$8, %rsp
	pushq	%r11
	pushq	%r10
	jmp	*%rax
1:
	leave
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size	dl_call, .-dl_call

	.section .note.GNU-stack, "", @progbits
