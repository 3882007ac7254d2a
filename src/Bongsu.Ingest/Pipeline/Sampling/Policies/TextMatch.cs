using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>Matches UTF-8 against an expression, on the stack where it is short.</summary>
internal static class TextMatch
{
    private const int OnStack = 512;

    public static bool IsMatch(Regex expression, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= OnStack)
        {
            Span<char> text = stackalloc char[OnStack];
            return expression.IsMatch(text[..Encoding.UTF8.GetChars(utf8, text)]);
        }
        var rented = ArrayPool<char>.Shared.Rent(utf8.Length);
        try
        {
            return expression.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(utf8, rented)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
