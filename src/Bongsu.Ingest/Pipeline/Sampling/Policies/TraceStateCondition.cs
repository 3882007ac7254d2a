using System.Text;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>trace_state</c>: the trace state of a span has one of some values at a key.</summary>
public sealed class TraceStateCondition : SpanCondition
{
    // W3C: a member has at most 256 characters on each side.
    private const int MaxMember = 256;

    private readonly byte[] _key;
    private readonly byte[][] _values;

    public TraceStateCondition(string key, IReadOnlyList<string> values)
    {
        _key = Encoding.UTF8.GetBytes(key);
        _values = [.. values.Where(v => v.Length > 0 && key.Length + v.Length < MaxMember).Select(Encoding.UTF8.GetBytes)];
    }

    public override bool Meets(SpanBatch batch, in Span span)
    {
        if (span.TraceState.IsEmpty)
            return false;
        var found = TraceStateText.Find(batch.Arena.Get(span.TraceState), _key);
        foreach (var value in _values)
        {
            if (found.SequenceEqual(value))
                return true;
        }
        return false;
    }
}
