; Operations wider than 64 bits, in steps of 64. `link` appends this file to a program's module and redirects to it
; `mul`, `udiv`, `urem` and the shifts of i128, llvm.{u,s}mul.with.overflow, and `sdiv` and `srem` of every width.

define internal { i64, i1 } @sbf.umulo.i64(i64 %a, i64 %b) alwaysinline {
  %ah = lshr i64 %a, 32
  %al = and i64 %a, 4294967295
  %bh = lshr i64 %b, 32
  %bl = and i64 %b, 4294967295
  %low = mul i64 %al, %bl
  %x = mul i64 %ah, %bl
  %y = mul i64 %al, %bh
  %cross = add i64 %x, %y
  %carry = lshr i64 %low, 32
  %middle = add i64 %cross, %carry
  %high = lshr i64 %middle, 32
  %both = mul i64 %ah, %bh
  %excess = or i64 %high, %both
  %overflow = icmp ne i64 %excess, 0
  %product = mul i64 %a, %b
  %r = insertvalue { i64, i1 } poison, i64 %product, 0
  %s = insertvalue { i64, i1 } %r, i1 %overflow, 1
  ret { i64, i1 } %s
}

define internal { i64, i1 } @sbf.smulo.i64(i64 %a, i64 %b) alwaysinline {
  %a.minus = sub i64 0, %a
  %a.negative = icmp slt i64 %a, 0
  %ua = select i1 %a.negative, i64 %a.minus, i64 %a
  %b.minus = sub i64 0, %b
  %b.negative = icmp slt i64 %b, 0
  %ub = select i1 %b.negative, i64 %b.minus, i64 %b
  %m = call { i64, i1 } @sbf.umulo.i64(i64 %ua, i64 %ub)
  %size = extractvalue { i64, i1 } %m, 0
  %wide = extractvalue { i64, i1 } %m, 1
  %signs = xor i64 %a, %b
  %negative = lshr i64 %signs, 63
  %limit = add i64 %negative, 9223372036854775807
  %large = icmp ugt i64 %size, %limit
  %overflow = or i1 %wide, %large
  %product = mul i64 %a, %b
  %r = insertvalue { i64, i1 } poison, i64 %product, 0
  %s = insertvalue { i64, i1 } %r, i1 %overflow, 1
  ret { i64, i1 } %s
}

define internal i128 @sbf.mul.i128(i128 %a, i128 %b) alwaysinline {
  %a0 = trunc i128 %a to i64
  %as = lshr i128 %a, 64
  %a1 = trunc i128 %as to i64
  %b0 = trunc i128 %b to i64
  %bs = lshr i128 %b, 64
  %b1 = trunc i128 %bs to i64
  %ah = lshr i64 %a0, 32
  %al = and i64 %a0, 4294967295
  %bh = lshr i64 %b0, 32
  %bl = and i64 %b0, 4294967295
  %ll = mul i64 %al, %bl
  %lh = mul i64 %al, %bh
  %hl = mul i64 %ah, %bl
  %hh = mul i64 %ah, %bh
  %ll.high = lshr i64 %ll, 32
  %lh.low = and i64 %lh, 4294967295
  %hl.low = and i64 %hl, 4294967295
  %m0 = add i64 %ll.high, %lh.low
  ; kept from LLVM's eyes, or it would recognise the upper half of a product and make a `mul i128` again
  %m1 = call i64 asm "", "=r,0"(i64 %m0)
  %m = add i64 %m1, %hl.low
  %m.high = lshr i64 %m, 32
  %lh.high = lshr i64 %lh, 32
  %hl.high = lshr i64 %hl, 32
  %h0 = add i64 %hh, %lh.high
  %h1 = add i64 %h0, %hl.high
  %h2 = add i64 %h1, %m.high
  %c = mul i64 %a0, %b1
  %d = mul i64 %a1, %b0
  %h3 = add i64 %h2, %c
  %h4 = add i64 %h3, %d
  %low64 = mul i64 %a0, %b0
  %low = zext i64 %low64 to i128
  %high = zext i64 %h4 to i128
  %shifted = shl i128 %high, 64
  %product = or i128 %shifted, %low
  ret i128 %product
}

define internal { i128, i1 } @sbf.umulo.i128(i128 %a, i128 %b) alwaysinline {
  %a0 = trunc i128 %a to i64
  %as = lshr i128 %a, 64
  %a1 = trunc i128 %as to i64
  %b0 = trunc i128 %b to i64
  %bs = lshr i128 %b, 64
  %b1 = trunc i128 %bs to i64
  %a.wide = icmp ne i64 %a1, 0
  %b.wide = icmp ne i64 %b1, 0
  %both = and i1 %a.wide, %b.wide
  %x = call { i64, i1 } @sbf.umulo.i64(i64 %a1, i64 %b0)
  %x.over = extractvalue { i64, i1 } %x, 1
  %y = call { i64, i1 } @sbf.umulo.i64(i64 %a0, i64 %b1)
  %y.over = extractvalue { i64, i1 } %y, 1
  %x.value = extractvalue { i64, i1 } %x, 0
  %y.value = extractvalue { i64, i1 } %y, 0
  %cross = add i64 %x.value, %y.value
  %product = call i128 @sbf.mul.i128(i128 %a, i128 %b)
  %top.wide = lshr i128 %product, 64
  %top = trunc i128 %top.wide to i64
  %sum.over = icmp ult i64 %top, %cross
  %o0 = or i1 %both, %x.over
  %o1 = or i1 %o0, %y.over
  %overflow = or i1 %o1, %sum.over
  %r = insertvalue { i128, i1 } poison, i128 %product, 0
  %s = insertvalue { i128, i1 } %r, i1 %overflow, 1
  ret { i128, i1 } %s
}

define internal i128 @sbf.shl.i128(i128 %a, i128 %n128) alwaysinline {
  %n = trunc i128 %n128 to i64
  %low = trunc i128 %a to i64
  %a.high = lshr i128 %a, 64
  %high = trunc i128 %a.high to i64
  %m = and i64 %n, 63
  %rest = sub i64 63, %m
  %far = icmp ugt i64 %n, 63
  %low.shifted = shl i64 %low, %m
  %high.shifted = shl i64 %high, %m
  %low.half = lshr i64 %low, 1
  %carried = lshr i64 %low.half, %rest
  %high.near = or i64 %high.shifted, %carried
  %l = select i1 %far, i64 0, i64 %low.shifted
  %h = select i1 %far, i64 %low.shifted, i64 %high.near
  %l.wide = zext i64 %l to i128
  %h.wide = zext i64 %h to i128
  %h.up = shl i128 %h.wide, 64
  %r = or i128 %h.up, %l.wide
  ret i128 %r
}

define internal i128 @sbf.lshr.i128(i128 %a, i128 %n128) alwaysinline {
  %n = trunc i128 %n128 to i64
  %low = trunc i128 %a to i64
  %a.high = lshr i128 %a, 64
  %high = trunc i128 %a.high to i64
  %m = and i64 %n, 63
  %rest = sub i64 63, %m
  %far = icmp ugt i64 %n, 63
  %high.shifted = lshr i64 %high, %m
  %low.shifted = lshr i64 %low, %m
  %high.double = shl i64 %high, 1
  %carried = shl i64 %high.double, %rest
  %low.near = or i64 %low.shifted, %carried
  %h = select i1 %far, i64 0, i64 %high.shifted
  %l = select i1 %far, i64 %high.shifted, i64 %low.near
  %l.wide = zext i64 %l to i128
  %h.wide = zext i64 %h to i128
  %h.up = shl i128 %h.wide, 64
  %r = or i128 %h.up, %l.wide
  ret i128 %r
}

define internal i128 @sbf.ashr.i128(i128 %a, i128 %n) alwaysinline {
  %negative = icmp slt i128 %a, 0
  %flipped = xor i128 %a, -1
  %size = select i1 %negative, i128 %flipped, i128 %a
  %shifted = call i128 @sbf.lshr.i128(i128 %size, i128 %n)
  %back = xor i128 %shifted, -1
  %r = select i1 %negative, i128 %back, i128 %shifted
  ret i128 %r
}

; Long division, a bit at a time: quotient and remainder written to %out.
define internal void @sbf.divide(ptr %out, i64 %a0, i64 %a1, i64 %b0, i64 %b1) noinline {
entry:
  %simple.a = or i64 %a1, %b1
  %simple = icmp eq i64 %simple.a, 0
  %out1 = getelementptr i64, ptr %out, i64 1
  %out2 = getelementptr i64, ptr %out, i64 2
  %out3 = getelementptr i64, ptr %out, i64 3
  br i1 %simple, label %short, label %loop
short:
  %q.short = udiv i64 %a0, %b0
  %r.short = urem i64 %a0, %b0
  store i64 %q.short, ptr %out
  store i64 0, ptr %out1
  store i64 %r.short, ptr %out2
  store i64 0, ptr %out3
  ret void
loop:
  %left = phi i64 [ 128, %entry ], [ %left.next, %loop ]
  %q0 = phi i64 [ %a0, %entry ], [ %q0.next, %loop ]
  %q1 = phi i64 [ %a1, %entry ], [ %q1.next, %loop ]
  %r0 = phi i64 [ 0, %entry ], [ %r0.next, %loop ]
  %r1 = phi i64 [ 0, %entry ], [ %r1.next, %loop ]
  %out.bit = lshr i64 %r1, 63
  %r1.up = shl i64 %r1, 1
  %r0.top = lshr i64 %r0, 63
  %r1.new = or i64 %r1.up, %r0.top
  %r0.up = shl i64 %r0, 1
  %q1.top = lshr i64 %q1, 63
  %r0.new = or i64 %r0.up, %q1.top
  %q1.up = shl i64 %q1, 1
  %q0.top = lshr i64 %q0, 63
  %q1.new = or i64 %q1.up, %q0.top
  %q0.up = shl i64 %q0, 1
  %high.more = icmp ugt i64 %r1.new, %b1
  %high.same = icmp eq i64 %r1.new, %b1
  %low.enough = icmp uge i64 %r0.new, %b0
  %tie = and i1 %high.same, %low.enough
  %carried = icmp ne i64 %out.bit, 0
  %fits.0 = or i1 %high.more, %tie
  %fits = or i1 %fits.0, %carried
  %r0.less = sub i64 %r0.new, %b0
  %borrow = icmp ult i64 %r0.new, %b0
  %borrow.64 = zext i1 %borrow to i64
  %r1.less.0 = sub i64 %r1.new, %b1
  %r1.less = sub i64 %r1.less.0, %borrow.64
  %bit = zext i1 %fits to i64
  %q0.next = or i64 %q0.up, %bit
  %q1.next = add i64 %q1.new, 0
  %r0.next = select i1 %fits, i64 %r0.less, i64 %r0.new
  %r1.next = select i1 %fits, i64 %r1.less, i64 %r1.new
  %left.next = sub i64 %left, 1
  %done = icmp eq i64 %left.next, 0
  br i1 %done, label %end, label %loop
end:
  store i64 %q0.next, ptr %out
  store i64 %q1.next, ptr %out1
  store i64 %r0.next, ptr %out2
  store i64 %r1.next, ptr %out3
  ret void
}

define internal i128 @sbf.quotient(i128 %a, i128 %b, i64 %at) alwaysinline {
  %out = alloca [4 x i64], align 8
  %a0 = trunc i128 %a to i64
  %a.high = lshr i128 %a, 64
  %a1 = trunc i128 %a.high to i64
  %b0 = trunc i128 %b to i64
  %b.high = lshr i128 %b, 64
  %b1 = trunc i128 %b.high to i64
  call void @sbf.divide(ptr %out, i64 %a0, i64 %a1, i64 %b0, i64 %b1)
  %low.at = getelementptr i64, ptr %out, i64 %at
  %high.at = getelementptr i64, ptr %low.at, i64 1
  %low = load i64, ptr %low.at
  %high = load i64, ptr %high.at
  %l.wide = zext i64 %low to i128
  %h.wide = zext i64 %high to i128
  %h.up = shl i128 %h.wide, 64
  %r = or i128 %h.up, %l.wide
  ret i128 %r
}

define internal i128 @sbf.udiv.i128(i128 %a, i128 %b) alwaysinline {
  %r = call i128 @sbf.quotient(i128 %a, i128 %b, i64 0)
  ret i128 %r
}

define internal i128 @sbf.urem.i128(i128 %a, i128 %b) alwaysinline {
  %r = call i128 @sbf.quotient(i128 %a, i128 %b, i64 2)
  ret i128 %r
}

define internal { i128, i1 } @sbf.smulo.i128(i128 %a, i128 %b) alwaysinline {
  %a.sign = ashr i128 %a, 127
  %b.sign = ashr i128 %b, 127
  %a.flipped = xor i128 %a, %a.sign
  %a.size = sub i128 %a.flipped, %a.sign
  %b.flipped = xor i128 %b, %b.sign
  %b.size = sub i128 %b.flipped, %b.sign
  %m = call { i128, i1 } @sbf.umulo.i128(i128 %a.size, i128 %b.size)
  %size = extractvalue { i128, i1 } %m, 0
  %wide = extractvalue { i128, i1 } %m, 1
  %sign = xor i128 %a.sign, %b.sign
  ; the largest size: 2^127 - 1, or 2^127 for a negative product
  %limit = sub i128 170141183460469231731687303715884105727, %sign
  %large = icmp ugt i128 %size, %limit
  %overflow = or i1 %wide, %large
  %flipped = xor i128 %size, %sign
  %product = sub i128 %flipped, %sign
  %r = insertvalue { i128, i1 } poison, i128 %product, 0
  %s = insertvalue { i128, i1 } %r, i1 %overflow, 1
  ret { i128, i1 } %s
}

; Signed division, which SBF v0 has not: sizes divided, then signed. The sign of a quotient is that of the product, the
; sign of a remainder that of the dividend. The narrow ones are made in 64 bits.

define internal i64 @sbf.sdiv.i64(i64 %a, i64 %b) alwaysinline {
  %a.sign = ashr i64 %a, 63
  %b.sign = ashr i64 %b, 63
  %a.flipped = xor i64 %a, %a.sign
  %a.size = sub i64 %a.flipped, %a.sign
  %b.flipped = xor i64 %b, %b.sign
  %b.size = sub i64 %b.flipped, %b.sign
  %size = udiv i64 %a.size, %b.size
  %sign = xor i64 %a.sign, %b.sign
  %flipped = xor i64 %size, %sign
  %r = sub i64 %flipped, %sign
  ret i64 %r
}

define internal i64 @sbf.srem.i64(i64 %a, i64 %b) alwaysinline {
  %a.sign = ashr i64 %a, 63
  %b.sign = ashr i64 %b, 63
  %a.flipped = xor i64 %a, %a.sign
  %a.size = sub i64 %a.flipped, %a.sign
  %b.flipped = xor i64 %b, %b.sign
  %b.size = sub i64 %b.flipped, %b.sign
  %size = urem i64 %a.size, %b.size
  %flipped = xor i64 %size, %a.sign
  %r = sub i64 %flipped, %a.sign
  ret i64 %r
}

define internal i128 @sbf.sdiv.i128(i128 %a, i128 %b) alwaysinline {
  %a.sign = ashr i128 %a, 127
  %b.sign = ashr i128 %b, 127
  %a.flipped = xor i128 %a, %a.sign
  %a.size = sub i128 %a.flipped, %a.sign
  %b.flipped = xor i128 %b, %b.sign
  %b.size = sub i128 %b.flipped, %b.sign
  %size = call i128 @sbf.udiv.i128(i128 %a.size, i128 %b.size)
  %sign = xor i128 %a.sign, %b.sign
  %flipped = xor i128 %size, %sign
  %r = sub i128 %flipped, %sign
  ret i128 %r
}

define internal i128 @sbf.srem.i128(i128 %a, i128 %b) alwaysinline {
  %a.sign = ashr i128 %a, 127
  %b.sign = ashr i128 %b, 127
  %a.flipped = xor i128 %a, %a.sign
  %a.size = sub i128 %a.flipped, %a.sign
  %b.flipped = xor i128 %b, %b.sign
  %b.size = sub i128 %b.flipped, %b.sign
  %size = call i128 @sbf.urem.i128(i128 %a.size, i128 %b.size)
  %flipped = xor i128 %size, %a.sign
  %r = sub i128 %flipped, %a.sign
  ret i128 %r
}

define internal i8 @sbf.sdiv.i8(i8 %a, i8 %b) alwaysinline {
  %x = sext i8 %a to i64
  %y = sext i8 %b to i64
  %w = call i64 @sbf.sdiv.i64(i64 %x, i64 %y)
  %r = trunc i64 %w to i8
  ret i8 %r
}

define internal i8 @sbf.srem.i8(i8 %a, i8 %b) alwaysinline {
  %x = sext i8 %a to i64
  %y = sext i8 %b to i64
  %w = call i64 @sbf.srem.i64(i64 %x, i64 %y)
  %r = trunc i64 %w to i8
  ret i8 %r
}

define internal i16 @sbf.sdiv.i16(i16 %a, i16 %b) alwaysinline {
  %x = sext i16 %a to i64
  %y = sext i16 %b to i64
  %w = call i64 @sbf.sdiv.i64(i64 %x, i64 %y)
  %r = trunc i64 %w to i16
  ret i16 %r
}

define internal i16 @sbf.srem.i16(i16 %a, i16 %b) alwaysinline {
  %x = sext i16 %a to i64
  %y = sext i16 %b to i64
  %w = call i64 @sbf.srem.i64(i64 %x, i64 %y)
  %r = trunc i64 %w to i16
  ret i16 %r
}

define internal i32 @sbf.sdiv.i32(i32 %a, i32 %b) alwaysinline {
  %x = sext i32 %a to i64
  %y = sext i32 %b to i64
  %w = call i64 @sbf.sdiv.i64(i64 %x, i64 %y)
  %r = trunc i64 %w to i32
  ret i32 %r
}

define internal i32 @sbf.srem.i32(i32 %a, i32 %b) alwaysinline {
  %x = sext i32 %a to i64
  %y = sext i32 %b to i64
  %w = call i64 @sbf.srem.i64(i64 %x, i64 %y)
  %r = trunc i64 %w to i32
  ret i32 %r
}
