import { SearchOutlined } from '@ant-design/icons';
import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { textOf, useView } from './url-state.ts';

const WAIT_MS = 300;

/** A text filter of a list. It acts when typing rests, and starts again on the first page. */
export function SearchFilter(props: { readonly name: string; readonly label: string; readonly width?: number }) {
  const [view, setView] = useView();
  const inForce = textOf(view, props.name) ?? '';
  const [text, setText] = useState(inForce);
  useEffect(() => setText(inForce), [inForce]);
  useEffect(() => {
    if (text === inForce) return;
    const timer = setTimeout(() => setView({ [props.name]: text.trim(), page: undefined }), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text, inForce, setView, props.name]);
  return (
    <Input
      allowClear
      aria-label={props.label}
      placeholder={props.label}
      prefix={<SearchOutlined aria-hidden />}
      style={{ width: props.width ?? 260 }}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

interface ChoiceFilterProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly width?: number;
  readonly searchable?: boolean;
}

/** A choice filter of a list; empty means all. */
export function ChoiceFilter(props: ChoiceFilterProps) {
  const [view, setView] = useView();
  return (
    <Select
      allowClear
      aria-label={props.label}
      placeholder={props.label}
      popupMatchSelectWidth={false}
      showSearch={props.searchable === true}
      style={{ width: props.width ?? 140 }}
      value={textOf(view, props.name)}
      options={[...props.options]}
      onChange={(value: string | undefined) => setView({ [props.name]: value, page: undefined })}
    />
  );
}
