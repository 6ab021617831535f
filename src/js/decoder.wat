;; Decodes text in place, as alphabet.js says. The same loop in JavaScript would take longer than compiling the core, because
;; engines interpret what runs once.
(module
  ;; The table has the byte of a character that stands alone at the index of its character code. The byte of a pair is at the
  ;; character code of the second character plus four times that of the preceding = or %. Behind this table is the text.
  (import "" "" (memory 1))

  ;; Gives the end of the bytes.
  (func (export "") (param $from i32) (param $end i32) (result i32)
    (local $to i32)
    (local $table i32)
    (local $char i32)
    (local.set $to (local.get $from))
    (loop $next
      (local.set $char (i32.load8_u (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (if (i32.or
            (i32.eq (local.get $char) (i32.const 0x3d)) ;; =
            (i32.eq (local.get $char) (i32.const 0x25))) ;; %
        (then
          (local.set $table (i32.shl (local.get $char) (i32.const 2))))
        (else
          (i32.store8 (local.get $to) (i32.load8_u (i32.add (local.get $char) (local.get $table))))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (local.set $table (i32.const 0))))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end))))
    (local.get $to)))
