using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Who a resource is, with older spellings understood: rows of its attributes, or -1. The enrich stage makes the same spellings canonical in
/// stored spans and logs; labels of streams and series are made from here.
/// </summary>
internal readonly struct Identity
{
    public const string UnknownService = "unknown_service";

    private readonly AttributeTable _table;
    private readonly int _service;
    private readonly int _namespace;
    private readonly int _version;
    private readonly int _environment;
    private readonly int _instance;

    public Identity(AttributeTable table, AttributeRange range)
    {
        _table = table;
        _service = NonEmpty(table, range, ResourceKeys.ServiceName);
        _namespace = NonEmpty(table, range, ResourceKeys.ServiceNamespace);
        _instance = NonEmpty(table, range, ResourceKeys.ServiceInstanceId);
        _version = Version(table, range);
        _environment = Environment(table, range);
    }

    public ReadOnlySpan<byte> Service => Value(_service);
    public ReadOnlySpan<byte> Namespace => Value(_namespace);
    public ReadOnlySpan<byte> VersionText => Value(_version);
    public ReadOnlySpan<byte> EnvironmentText => Value(_environment);
    public ReadOnlySpan<byte> Instance => Value(_instance);

    public static int Version(AttributeTable table, AttributeRange range)
    {
        var row = NonEmpty(table, range, ResourceKeys.ServiceVersion);
        if (row < 0)
            row = NonEmpty(table, range, "app.version"u8);
        return row >= 0 ? row : NonEmpty(table, range, "container.image.tag"u8);
    }

    public static int Environment(AttributeTable table, AttributeRange range)
    {
        var row = NonEmpty(table, range, ResourceKeys.Environment);
        return row >= 0 ? row : NonEmpty(table, range, ResourceKeys.EnvironmentOld);
    }

    private ReadOnlySpan<byte> Value(int row) => row < 0 ? default : _table.Arena.Get(_table.Values[row].Payload);

    private static int NonEmpty(AttributeTable table, AttributeRange range, ReadOnlySpan<byte> key)
    {
        var row = table.Find(range, key);
        return row >= 0 && table.Values[row].Kind == AttributeKind.String && !table.Values[row].Payload.IsEmpty ? row : -1;
    }
}
