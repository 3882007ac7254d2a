using Bongsu.Ingest.Pipeline.Derive.Patterns;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

public sealed class DrainTreeTests
{
    [Fact]
    public void Lines_that_differ_in_little_are_one_pattern_and_keep_its_id()
    {
        var mined = new Mined();
        var first = mined.Add("login by alice from the web page");
        var second = mined.Add("login by bob from the web page");
        Assert.Same(first, second);
        Assert.Equal("login by <_> from the web page", Mined.Template(mined.Add("login by carol from the web page")));
    }

    [Theory]
    [InlineData("cache is warm", "cache is cold")]
    [InlineData("GET /orders 200 in 5 ms", "GET /carts 200 in 7 ms")]
    [InlineData("Error reading from socket to 10.0.0.1, Link has been severed", "Error reading from socket to 10.0.0.1, Connection reset by peer")]
    [InlineData("failed (a)", "failed [a]")]
    public void Lines_that_say_something_else_are_not(string one, string other)
    {
        var mined = new Mined();
        Assert.NotSame(mined.Add(one), mined.Add(other));
    }

    [Fact]
    public void White_space_that_is_not_always_there_belongs_to_what_varies()
    {
        var mined = new Mined();
        mined.Add("state of the worker is now:idle and well");
        var pattern = mined.Add("state of the worker is now: idle and well");
        Assert.Equal("state of the worker is now:<_> and well", Mined.Template(pattern));
        mined.Add("pool  of workers is at rest now");
        Assert.Equal("pool  of workers is at rest now", Mined.Template(mined.Add("pool of workers is at rest now")));
    }

    [Fact]
    public void A_first_word_that_always_differs_does_not_grow_the_tree_for_ever()
    {
        var mined = new Mined();
        var patterns = new HashSet<LogPattern>();
        for (var i = 0; i < 2000; i++)
            patterns.Add(mined.Add($"{Name(i)} has joined the room with all of the others"));
        Assert.InRange(patterns.Count, 1, 30);
    }

    [LoghubFact]
    public void Every_line_fits_the_template_of_its_pattern_as_a_filter()
    {
        foreach (var file in LoghubFile.All())
        {
            var mined = new Mined();
            foreach (var (line, pattern) in file.Lines.Select(line => (line.Line, mined.Add(line.Line))).ToList())
                Assert.True(TemplateFilter.Passes(Mined.Template(pattern), line), $"{file.Name}: \"{line}\" does not fit \"{Mined.Template(pattern)}\"");
        }
    }

    private static string Name(int i) => new([(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676 % 26), 'x']);
}
