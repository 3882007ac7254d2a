using System.Text;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>
/// The metadata that remote write 2.0 sends with each series, as one entry for each metric family. Not thread-safe.
/// </summary>
internal sealed class WriteMetadata
{
    private const int MaxTextBytes = 4 * IngestLimits.KiB;

    // By reference: a help text that many series of a request name is held once.
    private readonly Dictionary<ulong, string> _texts = [];
    private readonly HashSet<string> _families = [];

    public void Clear()
    {
        _texts.Clear();
        _families.Clear();
    }

    /// <summary>Adds what a series says of its family, once for each family of the request; false when the bytes are malformed.</summary>
    public bool TryRead(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, SymbolTable symbols, MetricBatch batch, int series)
    {
        var type = MetricType.Unknown;
        ulong help = 0, unit = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            switch (fields.Field, fields.Wire)
            {
                case (1, ProtoWire.Varint): type = fields.Number <= (ulong)MetricType.StateSet ? (MetricType)fields.Number : MetricType.Unknown; break;
                case (3, ProtoWire.Varint): help = fields.Number; break;
                case (4, ProtoWire.Varint): unit = fields.Number; break;
            }
        }
        if (fields.IsMalformed)
            return false;
        if (type == MetricType.Unknown && help == 0 && unit == 0)
            return true;
        var family = Family(batch.SeriesLabels(series), type);
        if (_families.Add(family))
            batch.Metadata.Add(new MetricMetadata(family, type, Text(request, symbols, unit), Text(request, symbols, help)));
        return true;
    }

    /// <summary>The family of a series: its name, without the ending that tells the series of a histogram or summary apart.</summary>
    private static string Family(ReadOnlySpan<byte> labels, MetricType type)
    {
        ReadOnlySpan<byte> name = default;
        var reader = new LabelReader(labels);
        while (name.IsEmpty && reader.MoveNext())
        {
            if (reader.Name.SequenceEqual("__name__"u8))
                name = reader.Value;
        }
        if (type is MetricType.Histogram or MetricType.GaugeHistogram or MetricType.Summary)
        {
            foreach (var ending in (ReadOnlySpan<string>)["_bucket", "_gcount", "_gsum", "_count", "_sum"])
            {
                if (name.Length > ending.Length && Ascii.Equals(name[^ending.Length..], ending))
                    return Encoding.UTF8.GetString(name[..^ending.Length]);
            }
        }
        return Encoding.UTF8.GetString(name);
    }

    private string Text(ReadOnlySpan<byte> request, SymbolTable symbols, ulong reference)
    {
        if (_texts.TryGetValue(reference, out var known))
            return known;
        return _texts[reference] = symbols.TryGet(request, reference, out var text) ? Encoding.UTF8.GetString(Decode.Text.Cut(text, MaxTextBytes)) : "";
    }
}
