using System.Buffers;
using System.Text;
using Bongsu.Ingest.Decode;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// Finds and replaces secrets and personal data in one text, in one pass from trigger byte to trigger byte; each rule looks only around its trigger,
/// so time is linear. Not thread-safe.
/// </summary>
internal sealed class TextRedactor(RedactionRules rules)
{
    private static readonly SearchValues<byte> s_triggers = SearchValues.Create("0123456789@=:JABbx_-"u8);

    private readonly long[] _counts = new long[FindingNames.Count];

    /// <summary>Replaced so far, by finding; the owner reads and clears.</summary>
    public Span<long> Counts => _counts;

    /// <summary>Writes the clean text into the buffer; false, with nothing written, when the text is clean as it is.</summary>
    public bool TryRedact(ReadOnlySpan<byte> text, ByteBuffer into)
    {
        // Hot path: a text without a trigger byte costs one vectorised search.
        var found = false;
        int copied = 0, at = 0;
        while (at < text.Length)
        {
            var next = text[at..].IndexOfAny(s_triggers);
            if (next < 0)
                break;
            at += next;
            if (TryMatch(text, at, copied, out var hit) && !rules.IsDisabled(hit.Finding))
            {
                if (!found)
                    into.Clear();
                found = true;
                into.Append(text[copied..hit.Start]);
                Replace(hit, into);
                copied = hit.End;
                at = Math.Max(hit.End, at + 1);
            }
            else
            {
                at += Math.Max(1, NumberRules.Digits(text, at));
            }
        }
        if (found)
            into.Append(text[copied..]);
        return rules.Patterns.Count == 0 ? found : Patterns(text, found, into);
    }

    public void Count(Finding finding) => _counts[(int)finding]++;

    private bool TryMatch(ReadOnlySpan<byte> text, int at, int from, out Hit hit)
    {
        var found = text[at] switch
        {
            (byte)'@' => TokenRules.TryAt(text, at, from, out hit),
            (byte)'=' or (byte)':' => PairRule.TryMatch(text, at, from, rules.Keys, out hit),
            (byte)'J' => TokenRules.TryJwt(text, at, out hit),
            (byte)'A' => TokenRules.TryAwsKey(text, at, out hit),
            (byte)'B' or (byte)'b' => TokenRules.TryScheme(text, at, out hit),
            (byte)'-' => TokenRules.TryPem(text, at, out hit),
            (byte)'_' or (byte)'x' => TokenRules.TryVendor(text, at, out hit),
            _ => NumberRules.TryMatch(text, at, out hit),
        };
        return found && hit.Start >= from;
    }

    private void Replace(Hit hit, ByteBuffer into)
    {
        Count(hit.Finding);
        var quote = hit.Quote switch { Quote.Plain => "\""u8, Quote.Escaped => "\\\""u8, _ => default };
        into.Append(quote);
        into.Append(rules.Replacement(hit.Finding));
        into.Append(quote);
    }

    /// <summary>Patterns from the rules file work on characters, so the text is converted; only those who configure some pay for it.</summary>
    private bool Patterns(ReadOnlySpan<byte> text, bool found, ByteBuffer into)
    {
        var before = Encoding.UTF8.GetString(found ? into.Span : text);
        var after = before;
        foreach (var pattern in rules.Patterns)
            after = pattern.Expression.Replace(after, pattern.Replacement.Replace("$", "$$"));
        if (after == before)
            return found;
        Count(Finding.Pattern);
        into.Clear();
        into.Append(Encoding.UTF8.GetBytes(after));
        return true;
    }
}
