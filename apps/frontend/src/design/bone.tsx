import style from './bone.module.css'

interface BoneProps {
  width?: string | undefined
  /** In rem. */
  height?: number | undefined
  round?: boolean | undefined
  className?: string | undefined
}

/** A piece of a skeleton: where something will stand that is not there yet. */
export function Bone({ width = '100%', height, round, className = '' }: BoneProps) {
  return (
    <span
      aria-hidden="true"
      className={`${style.bone} ${className}`}
      data-round={round}
      style={{ width, height: height && `${height}rem` }}
    />
  )
}
