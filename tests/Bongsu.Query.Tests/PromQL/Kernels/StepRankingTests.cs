using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Evaluation;
using Bongsu.Telemetry.Labels;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL.Kernels;

public sealed class StepRankingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_kept_are_the_first_of_a_full_sort(bool descends) =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var random = new Random(seed);
            var grid = new TimeGrid(0, 1000, random.Next(1, 4));
            var counts = Enumerable.Range(0, grid.Count).Select(_ => random.Next(0, 9)).ToArray();
            var context = new QueryContext("x", grid, new PromQlOptions(), default);
            var all = Enumerable.Range(0, 30).Select(i => Series(i, random, grid)).ToList();
            var ranking = new StepRanking(context, counts, descends);
            all.ForEach(ranking.Add);
            var kept = new List<StepSeries>();
            ranking.Finish(grid, kept);
            for (var step = 0; step < grid.Count; step++)
            {
                var wanted = all.Where(s => s.HasFloat(step)).ToList();
                wanted.Sort((a, b) => Sorting.Compare(a.Values[step], b.Values[step], descends) is var order && order != 0 ? order : ResultBuilder.CompareLabels(a.Labels, b.Labels));
                var got = kept.Where(s => s.HasFloat(step)).Select(s => s.Labels).ToList();
                var labels = wanted.Take(counts[step]).Select(s => s.Labels).ToList();
                if (grid.Count == 1)
                    Assert.Equal(labels, got);
                else
                    Assert.Equal(labels.ToHashSet(), got.ToHashSet());
            }
        }).QuickCheckThrowOnFailure();

    private static StepSeries Series(int number, Random random, TimeGrid grid)
    {
        var values = new double[grid.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.Next(8) switch { 0 => StepSeries.Absent, 1 => double.NaN, 2 => double.PositiveInfinity, _ => random.Next(6) };
        return new StepSeries(LabelSet.Of(("i", $"{number}")), values);
    }
}
