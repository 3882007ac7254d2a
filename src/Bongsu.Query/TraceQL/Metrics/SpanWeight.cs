using System.Globalization;
using Bongsu.Query.TraceQL.Evaluation;

namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>How many spans one stands for after its sampler: 1 / probability, from the threshold <c>ot=th:…</c> in the W3C trace state. Pure.</summary>
internal static class SpanWeight
{
    /// <summary>A threshold has up to 14 hexadecimal digits, trailing zeros left out.</summary>
    private const int Digits = 14;

    public static double Of(TraceView spans, int span)
    {
        var state = spans.Span(span).TraceState;
        return state.IsEmpty ? 1 : Of(spans.Batch.Arena.GetString(state));
    }

    public static double Of(string traceState)
    {
        foreach (var member in traceState.Split(','))
        {
            if (!member.AsSpan().Trim().StartsWith("ot="))
                continue;
            foreach (var part in member.Trim()[3..].Split(';'))
            {
                if (part.StartsWith("th:", StringComparison.Ordinal) && part.Length is > 3 and <= 3 + Digits
                    && ulong.TryParse(part.AsSpan(3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var threshold))
                    return 1 / (1 - (threshold << (4 * (Digits + 3 - part.Length))) / (double)(1UL << 56));
            }
        }
        return 1;
    }
}
