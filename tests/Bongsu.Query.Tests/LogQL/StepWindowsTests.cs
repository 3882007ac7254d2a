using Bongsu.Query.LogQL.Evaluation;
using Bongsu.Telemetry.Labels;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.LogQL;

public sealed class StepWindowsTests
{
    private static readonly Gen<(long[] Steps, long Range, long Offset, long[] Times)> s_scenes =
        from start in Gen.Choose(-50, 50)
        from step in Gen.Choose(1, 30)
        from count in Gen.Choose(1, 12)
        from range in Gen.Choose(1, 60)
        from offset in Gen.Choose(-20, 20)
        from times in Gen.Choose(-120, 420).ArrayOf()
        select (Enumerable.Range(0, count).Select(i => (long)start + i * step).ToArray(), (long)range, (long)offset, times.Select(t => (long)t).ToArray());

    [Fact]
    public void A_time_is_in_the_windows_that_begin_before_it_and_do_not_end_before_it() => Prop.ForAll(s_scenes.ToArbitrary(), scene =>
    {
        var windows = new StepWindows(scene.Steps, scene.Range, scene.Offset);
        return scene.Times.All(time =>
        {
            windows.Seek(time);
            return Enumerable.Range(0, scene.Steps.Length).All(s => (s >= windows.First && s < windows.End) == IsIn(scene, s, time));
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lines_count_in_each_window_that_they_are_in() => Prop.ForAll(s_scenes.ToArbitrary(), scene =>
    {
        var windows = new StepWindows(scene.Steps, scene.Range, scene.Offset);
        var (counts, folds) = (new CountSeries(), new FoldSeries());
        foreach (var time in scene.Times)
        {
            windows.Seek(time);
            counts.Add(windows.First, windows.End, time + 1_000);
            folds.Add(windows.First, windows.End, RangeFold.Sum, time);
        }
        var (lines, bytes, sums) = (Steps(scene.Steps.Length), Steps(scene.Steps.Length), Steps(scene.Steps.Length));
        counts.Write(lines, isOfBytes: false, 1);
        counts.Write(bytes, isOfBytes: true, 1);
        folds.Write(sums, RangeFold.Sum, 1);
        return Enumerable.Range(0, scene.Steps.Length).All(step =>
        {
            var inside = scene.Times.Where(t => IsIn(scene, step, t)).ToList();
            return lines.Present[step] == inside.Count > 0 && sums.Present[step] == lines.Present[step] && lines.Values[step] == inside.Count
                && bytes.Values[step] == inside.Sum(t => t + 1_000) && sums.Values[step] == inside.Sum();
        });
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(long.MinValue / 8)]
    [InlineData(1_795_096_800_000_000_000)]
    public void The_longest_ranges_and_offsets_that_are_read_overflow_nothing(long now)
    {
        const long Longest = long.MaxValue / 4;
        var windows = new StepWindows([now], Longest, 0);
        windows.Seek(now - Longest + 1);
        Assert.Equal((0, 1), (windows.First, windows.End));
        windows.Seek(now - Longest);
        Assert.True(windows.End <= windows.First);
        var later = new StepWindows([now, now + 1], 5, Longest);
        later.Seek(now - Longest);
        Assert.Equal((0, 2), (later.First, later.End));
    }

    private static bool IsIn((long[] Steps, long Range, long Offset, long[] Times) scene, int step, long time)
    {
        var end = scene.Steps[step] - scene.Offset;
        return time <= end && time > end - scene.Range;
    }

    private static StepSeries Steps(int count) => new(LabelSet.Empty, count);
}
