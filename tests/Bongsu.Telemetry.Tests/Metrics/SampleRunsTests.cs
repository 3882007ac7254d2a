using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;
using Xunit;

namespace Bongsu.Telemetry.Tests.Metrics;

public sealed class SampleRunsTests
{
    [Fact]
    public void A_sample_at_a_cut_belongs_before_it()
    {
        var runs = Fold([10, 20, 30], [1, 2, 3], 20);
        Assert.Equal([(10L, 20L), (30L, 30L)], runs.Select(r => (r.FirstMs, r.LastMs)));
    }

    [Fact]
    public void Cuts_that_part_nothing_make_no_run()
    {
        Assert.Single(Fold([10, 20, 30], [1, 2, 3], 5, 9, 30, 40));
        Assert.Empty(Fold([], [], 5));
    }

    [Fact]
    public void A_run_counts_resets_and_what_they_lost()
    {
        var run = Assert.Single(Fold([10, 20, 30, 40], [5, 1, 4, 2]));
        Assert.Equal(new SampleRun(10, 40, 4, 5, 2, 12, 1, 5, 2, 9), run);
    }

    [Fact]
    public void Joined_runs_are_those_of_all_samples()
    {
        double[] values = [5, 1, double.NaN, 4, 2, double.NaN, 2];
        var times = Enumerable.Range(0, values.Length).Select(i => i * 10L).ToArray();
        var whole = Assert.Single(Fold(times, values));
        for (var cut = 0; cut < 60; cut += 10)
        {
            var parts = Fold(times, values, cut);
            Assert.Equal(whole, parts[0].Then(parts[1]));
        }
        Assert.Equal((1, 5), (whole.Min, whole.Max));
    }

    [Fact]
    public void Runs_are_their_samples_joined_one_by_one()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var times = new long[random.Next(60)];
            var values = new double[times.Length];
            for (var i = 0; i < times.Length; i++)
            {
                times[i] = (i == 0 ? 0 : times[i - 1]) + random.Next(1, 20);
                values[i] = round % 2 == 0 && random.Next(30) > 0 ? 3 * i : random.Next(10) switch { 0 => double.NaN, 1 => SampleValues.StaleNaN, 2 => -0.0, 3 => 0, _ => random.Next(-5, 50) };
            }
            long[] cuts = [.. Enumerable.Range(0, random.Next(20)).Select(_ => (long)random.Next(-10, 700)).Distinct().Order()];
            var wanted = new List<SampleRun>();
            for (var i = 0; i < times.Length; i++)
            {
                if (SampleValues.IsStale(values[i]))
                    continue;
                var sample = SampleRun.Of(times[i], values[i]);
                if (wanted.Count > 0 && !cuts.Any(cut => wanted[^1].LastMs <= cut && cut < times[i]))
                    wanted[^1] = wanted[^1].Then(sample);
                else
                    wanted.Add(sample);
            }
            Assert.Equal(wanted, Fold(times, values, cuts));
        }
    }

    [Fact]
    public void Staleness_markers_are_no_samples()
    {
        Assert.Empty(Fold([10], [SampleValues.StaleNaN]));
        Assert.Equal(2, Assert.Single(Fold([10, 20, 30], [1, SampleValues.StaleNaN, 2])).Count);
        Assert.Equal([10L, 30L], Fold([10, 20, 30], [1, SampleValues.StaleNaN, 2], 15).Select(r => r.FirstMs));
    }

    private static SampleRun[] Fold(long[] times, double[] values, params long[] cuts)
    {
        var runs = new Column<SampleRun>();
        SampleRuns.Append(times, values, cuts, runs);
        return runs.Span.ToArray();
    }
}
