namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>Two numbers taken together; anything else, and a division by zero, gives nothing.</summary>
internal sealed class OttlArithmetic(OttlNode left, char sign, OttlNode right) : OttlNode
{
    public override OttlValue Get(in OttlContext context)
    {
        var a = left.Get(context);
        var b = right.Get(context);
        if (!a.IsNumber || !b.IsNumber)
            return OttlValue.Nil;
        if (a.Kind == OttlKind.Double || b.Kind == OttlKind.Double)
            return OttlValue.Of(sign switch { '+' => a.Number + b.Number, '-' => a.Number - b.Number, '*' => a.Number * b.Number, _ => a.Number / b.Number });
        if (sign == '/')
            return b.Int == 0 || (b.Int == -1 && a.Int == long.MinValue) ? OttlValue.Nil : OttlValue.Of(a.Int / b.Int);
        return OttlValue.Of(sign switch { '+' => unchecked(a.Int + b.Int), '-' => unchecked(a.Int - b.Int), _ => unchecked(a.Int * b.Int) });
    }
}
