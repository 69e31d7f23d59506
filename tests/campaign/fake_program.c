/* SPDX-License-Identifier: Apache-2.0 */
/* The program that the test double of the runtime is preloaded into: its main is never reached.
 */
int main(void)
{
	return 77;
}
