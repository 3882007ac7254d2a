using System.Text;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>An id beside a text that it should equal, or not: made for the comparison, for an id has no bytes of its text in a batch.</summary>
internal sealed class OttlIdEquals(OttlFieldPath id, string text, bool isNegated) : OttlNode
{
    private const int MaxDigits = 32;

    private readonly byte[] _text = Encoding.UTF8.GetBytes(text.ToLowerInvariant());

    public override OttlValue Get(in OttlContext context)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        var length = id.WriteId(context.Span, digits);
        return OttlValue.Of(digits[..length].SequenceEqual(_text) != isNegated);
    }
}
