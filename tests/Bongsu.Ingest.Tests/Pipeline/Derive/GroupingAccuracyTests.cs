using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Xunit.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

/// <summary>
/// How well lines are grouped, over all data sets with the one configuration there is. Grouping accuracy is the share of lines whose group holds exactly
/// the lines of their event.
/// </summary>
public sealed class GroupingAccuracyTests(ITestOutputHelper output)
{
    [LoghubFact]
    public void Lines_of_one_event_are_one_pattern()
    {
        var sum = 0.0;
        var files = LoghubFile.All().ToList();
        foreach (var file in files)
        {
            var accuracy = Accuracy(file);
            sum += accuracy;
            output.WriteLine($"{file.Name,-12} {accuracy:0.0000}");
        }
        output.WriteLine($"{"average",-12} {sum / files.Count:0.0000}");
        Assert.NotEmpty(files);
        Assert.InRange(sum / files.Count, 0.95, 1);
    }

    private static double Accuracy(LoghubFile file)
    {
        var mined = new Mined();
        List<(LogPattern Pattern, string Event)> lines = [.. file.Lines.Select(line => (mined.Add(line.Line), line.Event))];
        var eventsOf = lines.GroupBy(line => line.Pattern).ToDictionary(group => group.Key, group => group.Select(line => line.Event).Distinct().Count());
        var right = lines.GroupBy(line => line.Event)
            .Where(group => group.Select(line => line.Pattern).Distinct().Count() == 1 && eventsOf[group.First().Pattern] == 1)
            .Sum(group => group.Count());
        return right / (double)lines.Count;
    }
}
