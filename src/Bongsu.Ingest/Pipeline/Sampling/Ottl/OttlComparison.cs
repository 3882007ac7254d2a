namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>Two values compared. Values of kinds that cannot be compared are unequal, and neither is less.</summary>
internal sealed class OttlComparison(OttlNode left, string sign, OttlNode right) : OttlNode
{
    private readonly bool _isEquality = sign is "==" or "!=";

    public override OttlValue Get(in OttlContext context)
    {
        var a = left.Get(context);
        var b = right.Get(context);
        if (a.Kind == OttlKind.Nil && b.Kind == OttlKind.Nil)
            return OttlValue.Of(sign is "==" or "<=" or ">=");
        if (!TryCompare(a, b, out var order))
            return OttlValue.Of(sign == "!=");
        return OttlValue.Of(sign switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        });
    }

    private bool TryCompare(in OttlValue a, in OttlValue b, out int order)
    {
        order = 0;
        if (a.IsNumber && b.IsNumber)
        {
            if (a.Kind == OttlKind.Int && b.Kind == OttlKind.Int)
                order = a.Int.CompareTo(b.Int);
            else if (double.IsNaN(a.Number) || double.IsNaN(b.Number))
                return false;
            else
                order = a.Number.CompareTo(b.Number);
            return true;
        }
        if (a.Kind != b.Kind || a.Kind is OttlKind.Other)
            return false;
        order = a.Kind == OttlKind.Bool ? a.IsTrue.CompareTo(b.IsTrue) : _isEquality ? a.Text.SequenceEqual(b.Text) ? 0 : 1 : a.Text.SequenceCompareTo(b.Text);
        return true;
    }
}
