using Bongsu.Storage.Segments;

namespace Bongsu.Storage.Tests.Segments;

public sealed class KeySetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3_000)]
    [InlineData(int.MaxValue / 2)]
    public void It_holds_what_a_set_of_the_framework_holds(int expected)
    {
        var random = new Random(expected);
        var (keys, model) = (new KeySet(expected), new HashSet<EventKey>());
        for (var i = 0; i < 40_000; i++)
        {
            // Keys of few different bits push each other on.
            var key = new EventKey((ulong)random.Next(100), (ulong)random.Next(60) + 1);
            switch (random.Next(5))
            {
                case 0:
                    keys.Remove(key);
                    model.Remove(key);
                    break;
                case 1:
                    Assert.Equal(model.Contains(key), keys.Contains(key));
                    break;
                default:
                    Assert.Equal(model.Add(key), keys.Add(key));
                    break;
            }
            Assert.Equal(model.Count, keys.Count);
        }
        Assert.All(model, key => Assert.True(keys.Contains(key)));
        keys.Clear();
        Assert.All(model, key => Assert.False(keys.Contains(key)));
    }
}
