using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>What a target says of one metric family. Texts are made into strings only when they change. Not thread-safe.</summary>
internal sealed class ExposedFamily(string name)
{
    private const int MaxTextBytes = 4 * IngestLimits.KiB;

    private ulong _helpHash;
    private ulong _unitHash;

    public string Name { get; } = name;

    public byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(name);

    public MetricType Type { get; private set; }

    public string Help { get; private set; } = "";

    public string Unit { get; private set; } = "";

    /// <summary>Whether it differs from what was last stored.</summary>
    public bool IsChanged { get; set; }

    public long LastScrape { get; set; }

    public void SetType(MetricType type)
    {
        IsChanged |= type != Type || LastScrape == 0;
        Type = type;
    }

    public void SetHelp(ReadOnlySpan<byte> text, bool isQuoted)
    {
        var hash = KeyedHash.Of(text);
        if (hash == _helpHash)
            return;
        _helpHash = hash;
        Help = ExpositionText.Unescape(Text.Cut(text, MaxTextBytes), isQuoted);
        IsChanged = true;
    }

    public void SetUnit(ReadOnlySpan<byte> text)
    {
        var hash = KeyedHash.Of(text);
        if (hash == _unitHash)
            return;
        _unitHash = hash;
        Unit = Encoding.UTF8.GetString(Text.Cut(text, MaxTextBytes));
        IsChanged = true;
    }

    public MetricMetadata ToMetadata() => new(Name, Type, Unit, Help);
}
