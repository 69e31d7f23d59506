/* SPDX-License-Identifier: Apache-2.0 */
/* See context.h. System V x86-64 calling convention. */
	.text
	.globl	snapshot_context_save
	.hidden	snapshot_context_save
	.type	snapshot_context_save, @function
snapshot_context_save:
	movq	%rbx, 0(%rdi)
	movq	%rbp, 8(%rdi)
	movq	%r12, 16(%rdi)
	movq	%r13, 24(%rdi)
	movq	%r14, 32(%rdi)
	movq	%r15, 40(%rdi)
	leaq	8(%rsp), %rax
	movq	%rax, 48(%rdi)
	movq	(%rsp), %rax
	movq	%rax, 56(%rdi)
	xorl	%eax, %eax
	ret
	.size	snapshot_context_save, .-snapshot_context_save

	.globl	snapshot_context_resume
	.hidden	snapshot_context_resume
	.type	snapshot_context_resume, @function
snapshot_context_resume:
	movq	%rdi, %r8
	movl	$158, %eax		/* arch_prctl */
	movl	$0x1002, %edi		/* ARCH_SET_FS */
	movq	64(%r8), %rsi
	syscall
	movq	0(%r8), %rbx
	movq	8(%r8), %rbp
	movq	16(%r8), %r12
	movq	24(%r8), %r13
	movq	32(%r8), %r14
	movq	40(%r8), %r15
	movq	48(%r8), %rsp
	movl	$1, %eax
	jmpq	*56(%r8)
	.size	snapshot_context_resume, .-snapshot_context_resume

	.globl	snapshot_call_on
	.hidden	snapshot_call_on
	.type	snapshot_call_on, @function
snapshot_call_on:
	movq	%rdi, %rsp
	andq	$-16, %rsp
	movl	%edx, %edi
	callq	*%rsi
	ud2
	.size	snapshot_call_on, .-snapshot_call_on

	.section .note.GNU-stack,"",@progbits
