using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>What lint must know of the attributes of one span, found in one walk, old and new spellings alike. Points into the batch.</summary>
internal readonly ref struct SpanFields
{
    private readonly AttributeTable _table;
    private readonly int _route = -1;
    private readonly int _secret = -1;

    public SpanFields(SpanBatch batch, in Telemetry.Spans.Span span, ServiceLint found)
    {
        _table = batch.Attributes;
        for (var row = span.Attributes.Start; row < span.Attributes.Start + span.Attributes.Count; row++)
        {
            var key = _table.Key(row);
            var value = _table.Values[row];
            if (key.SequenceEqual("http.request.method"u8) || key.SequenceEqual("http.method"u8))
                IsHttp = true;
            else if (key.SequenceEqual("http.response.status_code"u8) || key.SequenceEqual("http.status_code"u8))
                (HasStatus, Status) = (true, value.Kind == AttributeKind.Int ? value.Bits : 0);
            if (value.Kind != AttributeKind.String)
                continue;
            if (key.SequenceEqual("http.route"u8))
                _route = row;
            if (!LintStage.IsRedacted(_table.Arena.Get(value.Payload)))
                continue;
            found.AddKey(LintRule.SecretInAttribute, key);
            _secret = row;
        }
    }

    public bool IsHttp { get; }

    public bool HasStatus { get; }

    public long Status { get; }

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> Route => _route < 0 ? default : _table.Arena.Get(_table.Values[_route].Payload);

    /// <summary>The last attribute that held a secret, and what took its place; empty where there is none.</summary>
    public ReadOnlySpan<byte> SecretKey => _secret < 0 ? default : _table.Key(_secret);

    public ReadOnlySpan<byte> SecretValue => _secret < 0 ? default : _table.Arena.Get(_table.Values[_secret].Payload);
}
