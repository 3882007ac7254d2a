using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>What derived metrics need to know of one span, found in one walk over its attributes, old and new spellings alike.</summary>
internal readonly ref struct SpanView
{
    // A span name that carries an id would make a series of its own for every call; names are for people and short.
    private const int MaxNameBytes = 256;

    private readonly SpanBatch _batch;
    private readonly int _route = -1;
    private readonly int _method = -1;
    private readonly int _peer = -1;
    private readonly int _database = -1;
    private readonly int _databaseName = -1;
    private readonly int _messaging = -1;
    private readonly int _address = -1;

    public SpanView(SpanBatch batch, int index)
    {
        _batch = batch;
        Index = index;
        var table = batch.Attributes;
        var range = batch.Spans[index].Attributes;
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            var key = table.Key(row);
            if (table.Values[row].Kind == AttributeKind.Int)
            {
                if (key.SequenceEqual("http.response.status_code"u8) || key.SequenceEqual("http.status_code"u8))
                    HttpStatus = table.Values[row].Bits;
                continue;
            }
            if (table.Values[row].Kind != AttributeKind.String || table.Values[row].Payload.IsEmpty)
                continue;
            if (key.SequenceEqual("http.route"u8))
                _route = row;
            else if (key.SequenceEqual("http.request.method"u8) || (_method < 0 && key.SequenceEqual("http.method"u8)))
                _method = row;
            else if (key.SequenceEqual("peer.service"u8) || key.SequenceEqual("service.peer.name"u8))
                _peer = row;
            else if (key.SequenceEqual("db.system.name"u8) || (_database < 0 && key.SequenceEqual("db.system"u8)))
                _database = row;
            else if (key.SequenceEqual("db.namespace"u8) || (_databaseName < 0 && key.SequenceEqual("db.name"u8)))
                _databaseName = row;
            else if (key.SequenceEqual("messaging.system"u8))
                _messaging = row;
            else if (key.SequenceEqual("server.address"u8) || (_address < 0 && key.SequenceEqual("net.peer.name"u8)))
                _address = row;
        }
    }

    public int Index { get; }

    public long HttpStatus { get; }

    public Telemetry.Spans.Span Span => _batch.Spans[Index];

    /// <summary>An error as a caller sees it: the status, or a server's 5xx that a sender left unset.</summary>
    public bool IsError => Span.Status == SpanStatus.Error || (HttpStatus >= 500 && Span.Kind is SpanKind.Server);

    public ReadOnlySpan<byte> Route => Value(_route);
    public ReadOnlySpan<byte> Method => Value(_method);
    public ReadOnlySpan<byte> Peer => Value(_peer);
    public ReadOnlySpan<byte> Database => Value(_database);
    public ReadOnlySpan<byte> DatabaseName => Value(_databaseName);
    public ReadOnlySpan<byte> Messaging => Value(_messaging);
    public ReadOnlySpan<byte> Address => Value(_address);

    public ReadOnlySpan<byte> Name => Text.Cut(_batch.Arena.Get(Span.Name), MaxNameBytes);

    public ReadOnlySpan<byte> Resource(ReadOnlySpan<byte> key)
    {
        var resource = Span.Resource;
        if (resource < 0)
            return default;
        var row = _batch.Attributes.Find(_batch.Resources[resource].Attributes, key);
        return row < 0 || _batch.Attributes.Values[row].Kind != AttributeKind.String ? default : Value(row);
    }

    private ReadOnlySpan<byte> Value(int row) => row < 0 ? default : Text.Cut(_batch.Arena.Get(_batch.Attributes.Values[row].Payload), MaxNameBytes);
}
