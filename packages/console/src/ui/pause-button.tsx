import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useI18n } from '../i18n/index.ts';

/** Stops and resumes what is read every 5 s. */
export function PauseButton(props: { readonly paused: boolean; readonly onChange: (paused: boolean) => void }) {
  const { t } = useI18n();
  const label = t(props.paused ? 'ui.resume' : 'ui.pause');
  return (
    <Tooltip title={label}>
      <Button
        aria-label={label}
        icon={props.paused ? <PlayCircleOutlined /> : <PauseOutlined />}
        onClick={() => props.onChange(!props.paused)}
      />
    </Tooltip>
  );
}
