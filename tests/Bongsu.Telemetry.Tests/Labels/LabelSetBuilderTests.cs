using Bongsu.Telemetry.Labels;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Telemetry.Tests.Labels;

public sealed class LabelSetBuilderTests
{
    // Few names, so that they are set again, emptied and removed; now and then the set is asked for in between.
    [Fact]
    public void The_last_value_of_each_name_stands() => Prop.ForAll(ArbMap.Default.ArbFor<(byte Name, byte Value)[]>(), steps =>
    {
        var builder = new LabelSetBuilder();
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (n, v) in steps)
        {
            var (name, value) = ($"n{n % 5}", v % 4 == 0 ? "" : $"{v}");
            if (v % 7 == 0)
                builder.Remove(name);
            else
                builder.Set(name, value);
            expected.Remove(name);
            if (v % 7 != 0 && value.Length > 0)
                expected[name] = value;
            if (v % 5 == 0)
                builder.ToLabelSet();
        }
        var set = builder.ToLabelSet();
        return set.Equals(LabelSet.FromCanonical(set.Bytes)) && set.ToList().SequenceEqual(expected.Select(e => new Label(e.Key, e.Value)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_set_is_changed_label_by_label()
    {
        var builder = new LabelSetBuilder(LabelSet.Of(("a", "1"), ("b", "2"), ("c", "3")));
        Assert.Equal(LabelSet.Of(("b", "4"), ("c", "3"), ("d", "5")), builder.Set("d", "5").Remove("a").Set("b", "4").ToLabelSet());
        builder.Clear();
        Assert.True(builder.Set("", "x").Set("e", "").ToLabelSet().IsEmpty);
    }

    // Where each label looked through all others, this took minutes.
    [Fact]
    public void Many_labels_make_a_set()
    {
        var builder = new LabelSetBuilder();
        for (var i = 0; i < 300_000; i++)
            builder.Set($"k{i % 200_000}", $"{i}");
        Assert.Equal("299999", builder.ToLabelSet().Get("k99999"));
    }
}
