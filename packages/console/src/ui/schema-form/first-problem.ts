/** Goes to the first field in `form` that says what is wrong with it: it is in the middle of the window and has the focus. */
export function goToFirstProblem(form: HTMLElement): void {
  const problem = form.querySelector('.weft-field-problem');
  const field = problem?.closest('.weft-condition-body, .weft-cell, .weft-field');
  if (field === undefined || field === null) return;
  field.scrollIntoView({ block: 'center' });
  const control =
    field.querySelector<HTMLElement>('.ant-select-status-error input, input[class*="-status-error"]') ??
    field.querySelector<HTMLElement>('[aria-invalid="true"], input, textarea, button');
  control?.focus({ preventScroll: true });
}
