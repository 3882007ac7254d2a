using System.Globalization;
using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Exposition;

namespace Bongsu.Ingest.Tests.Decode.Exposition;

/// <summary>What a reader says of a text, one line an entry, for tests to compare.</summary>
internal static class Exposed
{
    public static string Prometheus(string text) => Read(Encoding.UTF8.GetBytes(text), isOpenMetrics: false);

    public static string OpenMetrics(string text) => Read(Encoding.UTF8.GetBytes(text), isOpenMetrics: true);

    public static string Read(byte[] body, bool isOpenMetrics)
    {
        var lines = new List<string>();
        var parser = new SeriesTextParser(64);
        var labels = new LabelBuffer();
        var reader = new ExpositionReader(body, isOpenMetrics);
        while (reader.Read(default))
        {
            if (reader.Entry != ExpositionEntry.Sample)
            {
                lines.Add($"{reader.Entry} {Encoding.UTF8.GetString(reader.Name)} {(reader.Entry == ExpositionEntry.Type ? reader.Type.ToString() : ExpositionText.Unescape(reader.Text, isOpenMetrics))}");
                continue;
            }
            if (!parser.TryParse(reader.Series, labels))
                return string.Join('\n', [.. lines, reader.FaultInSeries(parser.ErrorAt, parser.Error!).ToString()]);
            var line = $"{Shown(labels)} {reader.Value.ToString("R", CultureInfo.InvariantCulture)}";
            if (reader.HasTimestamp)
                line += $" @{reader.TimestampMs}";
            if (!reader.ExemplarLabels.IsEmpty)
            {
                if (!parser.TryParseExemplar(reader.ExemplarLabels, labels))
                    return string.Join('\n', [.. lines, reader.FaultInExemplar(parser.ErrorAt, parser.Error!).ToString()]);
                line += $" # {Shown(labels)} {reader.ExemplarValue.ToString("R", CultureInfo.InvariantCulture)}{(reader.HasExemplarTimestamp ? $" @{reader.ExemplarTimestampMs}" : "")}";
            }
            lines.Add(line);
        }
        if (reader.Fault is { } fault)
            lines.Add(fault.ToString());
        return string.Join('\n', lines);
    }

    private static string Shown(LabelBuffer labels)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < labels.Count; i++)
            text.Append(i > 0 ? "|" : "").Append(Encoding.UTF8.GetString(labels.Name(i))).Append('=').Append(Encoding.UTF8.GetString(labels.Value(i)).Replace("\n", "<LF>"));
        return text.Append(']').ToString();
    }
}
