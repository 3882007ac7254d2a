using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Crash;

/// <summary>Everything in a store as sorted sentences, to compare before and after a crash.</summary>
internal static class StoreContent
{
    public static async Task<List<string>> ReadAsync(DiskStore store, ICollection<string>? warnings = null)
    {
        warnings ??= [];
        var content = new List<string>();
        using (var selection = await store.Metrics.SelectAsync(new SeriesSelect(long.MinValue, long.MaxValue, []), default))
        {
            for (var i = 0; i < selection.Count; i++)
                AddSeries(content, selection, i);
            foreach (var warning in selection.Warnings)
                warnings.Add(warning);
        }
        await foreach (var batch in store.Logs.SelectAsync(new LogSelect(long.MinValue, long.MaxValue, []), warnings, default))
        {
            for (var i = 0; i < batch.Count; i++)
                content.Add("log " + TelemetryFixtures.Describe(batch, i));
        }
        await foreach (var batch in store.Spans.SelectAsync(new SpanSelect(long.MinValue, long.MaxValue), warnings, default))
        {
            for (var i = 0; i < batch.Count; i++)
                content.Add("span " + TelemetryFixtures.Describe(batch, i));
        }
        content.Sort(StringComparer.Ordinal);
        return content;
    }

    private static void AddSeries(List<string> content, ISeriesSelection selection, int series)
    {
        var samples = new SampleColumns();
        using var reader = selection.OpenReader();
        reader.Read(series, samples);
        for (var i = 0; i < samples.TimesMs.Count; i++)
            content.Add($"sample {selection.Labels(series)} {samples.TimesMs[i]} {BitConverter.DoubleToInt64Bits(samples.Values[i]):x}{Start(samples.StartTimesMs, i)}");
        for (var i = 0; i < samples.HistogramTimesMs.Count; i++)
            content.Add($"sample {selection.Labels(series)} {samples.HistogramTimesMs[i]} histogram {System.Text.Json.JsonSerializer.Serialize(samples.Histograms[i])}{Start(samples.HistogramStartTimesMs, i)}");
    }

    private static string Start(Column<long> starts, int index) => starts.Count > 0 && starts[index] != 0 ? $" since {starts[index]}" : "";
}
