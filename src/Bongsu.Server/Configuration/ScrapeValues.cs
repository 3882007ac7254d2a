using System.Globalization;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Kinds of values that a scrape configuration has and others have not, read of one mapping.</summary>
internal sealed class ScrapeValues(YamlMap map)
{
    private static readonly Dictionary<string, ScrapeProtocol> s_protocols = new()
    {
        ["PrometheusProto"] = ScrapeProtocol.PrometheusProto,
        ["OpenMetricsText1.0.0"] = ScrapeProtocol.OpenMetricsText1_0_0,
        ["OpenMetricsText0.0.1"] = ScrapeProtocol.OpenMetricsText0_0_1,
        ["PrometheusText1.0.0"] = ScrapeProtocol.PrometheusText1_0_0,
        ["PrometheusText0.0.4"] = ScrapeProtocol.PrometheusText0_0_4,
    };

    /// <summary>A duration above zero.</summary>
    public TimeSpan? Time(string key)
    {
        var time = map.Duration(key);
        if (time != TimeSpan.Zero)
            return time;
        map.Report(key, "must be longer than 0", "write it as 15s");
        return null;
    }

    /// <summary>A whole number, 0 for no limit.</summary>
    public int? Count(string key)
    {
        if (map.Text(key) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return count;
        map.Report(key, $"\"{YamlMap.Short(text)}\" is not a whole number", "write it as 1000; 0 is no limit");
        return null;
    }

    /// <summary>A number of bytes; units are powers of 1024 whichever way they are written, as in Prometheus.</summary>
    public long? Size(string key)
    {
        if (map.Text(key) is not { } text)
            return null;
        var letters = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var number = letters < 0 ? text : text[..letters];
        var unit = letters < 0 ? "B" : text[letters..];
        var power = Array.IndexOf(["B", "KB", "MB", "GB", "TB"], unit.Replace("i", "", StringComparison.Ordinal));
        if (power >= 0 && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size < 1L << 20)
            return size << (10 * power);
        if (power == 0 && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
            return bytes;
        map.Report(key, $"\"{YamlMap.Short(text)}\" is not a size", "write it as 10MB or 512KB; 0 is no limit");
        return null;
    }

    public IReadOnlyList<ScrapeProtocol>? Protocols(string key)
    {
        if (!map.Has(key))
            return null;
        var protocols = new List<ScrapeProtocol>();
        foreach (var (text, _) in map.Texts(key))
        {
            if (Protocol(key, text) is not { } protocol)
                continue;
            if (protocols.Contains(protocol))
                map.Report(key, $"duplicated protocol in scrape_protocols, got {text}", "name it once");
            else
                protocols.Add(protocol);
        }
        if (protocols.Count == 0)
            map.Report(key, "scrape_protocols cannot be empty", "leave it out for the usual ones");
        return protocols;
    }

    public ScrapeProtocol? FallbackProtocol(string key) => map.Text(key) is { } text ? Protocol(key, text) : null;

    /// <summary>Classic histograms are kept as they come: a setting that asks for more is no silent no.</summary>
    public void RefuseCustomBuckets()
    {
        if (map.Flag("convert_classic_histograms_to_nhcb", false))
            map.Report("convert_classic_histograms_to_nhcb", "is not supported here", "remove it; classic histograms are kept as they are");
    }

    private ScrapeProtocol? Protocol(string key, string text)
    {
        if (s_protocols.TryGetValue(text, out var protocol))
            return protocol;
        map.Report(key, $"unknown scrape protocol {YamlMap.Short(text)}", $"supported: {string.Join(", ", s_protocols.Keys)}");
        return null;
    }
}
