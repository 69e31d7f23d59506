/* SPDX-License-Identifier: Apache-2.0 */
/* See fiber_switch.h. System V x86-64: rdi = save_sp, rsi = load_sp, rdx = thread pointer. */
	.text
	.globl	fiber_switch
	.hidden	fiber_switch
	.type	fiber_switch, @function
fiber_switch:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbx, 0
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r15, 0
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movl	(%rsp), %eax
	movzwl	4(%rsp), %ecx
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	cmpl	$0, fiber_has_fsgsbase(%rip)
	je	.Lsystem_call
	wrfsbase %rdx
.Lrestore:
	/* Most threads round alike, and to load these costs more than the rest of the switch. */
	cmpl	(%rsp), %eax
	jne	.Lload_mxcsr
.Lcompare_x87:
	cmpw	4(%rsp), %cx
	jne	.Lload_x87
.Lpop:
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r15
	.cfi_adjust_cfa_offset -8
	popq	%r14
	.cfi_adjust_cfa_offset -8
	popq	%r13
	.cfi_adjust_cfa_offset -8
	popq	%r12
	.cfi_adjust_cfa_offset -8
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_adjust_cfa_offset 56
.Lload_mxcsr:
	ldmxcsr	(%rsp)
	jmp	.Lcompare_x87
.Lload_x87:
	fldcw	4(%rsp)
	jmp	.Lpop
.Lsystem_call:
	movl	%eax, %r8d		/* a system call clobbers rax, rcx and r11 */
	movl	%ecx, %r9d
	movl	$158, %eax		/* arch_prctl */
	movl	$0x1002, %edi		/* ARCH_SET_FS */
	movq	%rdx, %rsi
	syscall
	movl	%r8d, %eax
	movl	%r9d, %ecx
	jmp	.Lrestore
	.cfi_endproc
	.size	fiber_switch, .-fiber_switch

	.globl	fiber_begin
	.hidden	fiber_begin
	.type	fiber_begin, @function
fiber_begin:
	.cfi_startproc
	.cfi_undefined rip		/* the outermost frame: unwinders stop here */
	xorl	%ebp, %ebp
	movq	%r13, %rdi
	callq	*%r12
	ud2
	.cfi_endproc
	.size	fiber_begin, .-fiber_begin

	.section .note.GNU-stack,"",@progbits
