using System.Globalization;
using System.Text.RegularExpressions;
using Bongsu.Ingest.Pipeline.Sampling.Policies;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary><c>IsMatch(value, "expression")</c>: found anywhere in the text; numbers and true or false as text too.</summary>
internal sealed class OttlMatch(OttlNode target, Regex expression) : OttlNode
{
    private const int MaxNumber = 32;

    public override OttlValue Get(in OttlContext context)
    {
        var value = target.Get(context);
        Span<byte> number = stackalloc byte[MaxNumber];
        var written = 0;
        if (value.Kind == OttlKind.Int)
            value.Int.TryFormat(number, out written, default, CultureInfo.InvariantCulture);
        else if (value.Kind == OttlKind.Double)
            value.Number.TryFormat(number, out written, default, CultureInfo.InvariantCulture);
        return value.Kind switch
        {
            OttlKind.Text => OttlValue.Of(TextMatch.IsMatch(expression, value.Text)),
            OttlKind.Bool => OttlValue.Of(TextMatch.IsMatch(expression, value.IsTrue ? "true"u8 : "false"u8)),
            OttlKind.Int or OttlKind.Double => OttlValue.Of(TextMatch.IsMatch(expression, number[..written])),
            _ => OttlValue.Of(false),
        };
    }
}
