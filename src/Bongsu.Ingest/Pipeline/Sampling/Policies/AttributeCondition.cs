using System.Text;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>The attribute of a key, of a span or of its resource, has a value of some kind that passes.</summary>
public abstract class AttributeCondition(string key) : SpanCondition
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    public sealed override bool MeetsResource(SpanBatch batch, int resource) => Has(batch.Attributes, batch.Resources.Span[resource].Attributes);

    public sealed override bool Meets(SpanBatch batch, in Span span) => Has(batch.Attributes, span.Attributes);

    protected abstract bool Passes(AttributeTable table, AttributeValue value);

    private bool Has(AttributeTable table, AttributeRange range)
    {
        var row = table.Find(range, _key);
        return row >= 0 && Passes(table, table.Values.Span[row]);
    }
}
