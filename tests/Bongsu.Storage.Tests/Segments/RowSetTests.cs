using Bongsu.Storage.Segments;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests.Segments;

public sealed class RowSetTests
{
    [Fact]
    public void A_set_of_rows_does_what_a_list_of_them_does() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var rows = random.Next(1, 300);
        var (set, other) = (new RowSet().Clear(rows), new RowSet().Clear(rows));
        var (expected, others) = (new HashSet<int>(), new HashSet<int>());
        for (var i = 0; i < random.Next(6); i++)
        {
            var from = random.Next(rows);
            var count = random.Next(rows - from + 1);
            set.AddRange(from, count);
            expected.UnionWith(Enumerable.Range(from, count));
            var row = random.Next(rows);
            other.Add(row);
            others.Add(row);
            set.Remove(row);
            expected.Remove(row);
        }
        switch (random.Next(3))
        {
            case 0: set.Add(other); expected.UnionWith(others); break;
            case 1: set.Keep(other); expected.IntersectWith(others); break;
            default: set.Remove(other); expected.ExceptWith(others); break;
        }
        set.BeginRanks();
        var found = new List<int>();
        for (var row = set.Next(0); row >= 0; row = set.Next(row + 1))
        {
            Assert.Equal(found.Count, set.Rank(row));
            found.Add(row);
        }
        Assert.Equal(expected.Order(), found);
        Assert.Equal((found.Count, found.Count == 0, found.Count == rows), (set.Count(), set.IsEmpty, set.IsFull));
        Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(expected.Contains(row), set.Has(row)));
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
