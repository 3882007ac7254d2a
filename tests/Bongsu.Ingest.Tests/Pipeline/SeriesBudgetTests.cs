using Bongsu.Ingest.Pipeline.Limits;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Pipeline;

public sealed class SeriesBudgetTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void One_metric_cannot_use_up_the_budget_of_its_service()
    {
        var limit = Limit(perMetric: 10, perService: 100);
        var tally = Send(limit, 25, i => [("__name__", "logins"), ("service_name", "shop"), ("region", $"r{i % 2}"), ("user", $"u{i}")]);
        var rejection = Assert.Single(tally.Rejections);
        Assert.Equal((RejectReason.SeriesBudget, 15), (rejection.Reason, rejection.Count));
        Assert.Contains("metric 'logins' of service 'shop' has 10 active series, which is the limit for one metric; label 'user' has about ", rejection.Detail);
        Assert.Empty(Send(limit, 10, i => [("__name__", "orders"), ("service_name", "shop"), ("n", $"{i}")]).Rejections);
        Assert.Empty(Send(limit, 10, i => [("__name__", "logins"), ("service_name", "cart"), ("n", $"{i}")]).Rejections);
    }

    [Fact]
    public void The_report_says_who_is_over_and_which_label_explodes()
    {
        var limit = Limit(perMetric: 1000, perService: 100, total: 100_000);
        Send(limit, 79, i => [("__name__", "up"), ("job", "quiet"), ("instance", $"i{i}")]);
        Send(limit, 80, i => [("__name__", "up"), ("job", "near"), ("instance", $"i{i}")]);
        Send(limit, 60, i => [("__name__", "base"), ("job", "loud"), ("instance", $"i{i % 3}"), ("le", $"{i}")]);
        _time.Advance(TimeSpan.FromMinutes(50));
        Send(limit, 500, i => [("__name__", "storm"), ("job", "loud"), ("instance", $"i{i % 3}"), ("request_id", $"{i}")]);
        var budgets = limit.Report(2);
        Assert.Equal((259L, 100_000L, 259L, 460L, BudgetState.Within), (budgets.Active, budgets.Limit, budgets.NewLastHour, budgets.RefusedLastHour, budgets.State));
        Assert.Equal([new ServiceBudget("loud", 100, 100, 100, 460, BudgetState.Over), new ServiceBudget("near", 80, 100, 80, 0, BudgetState.Near)], budgets.Services);
        var storm = budgets.Metrics[0];
        Assert.Equal(("loud", "storm", 40L, 40L, 460L, BudgetState.Over), (storm.Service, storm.Metric, storm.Active, storm.NewLastHour, storm.RefusedLastHour, storm.State));
        Assert.Equal("request_id", storm.Labels[0].Label);
        Assert.InRange(storm.Labels[0].Values, 400, 600);
        Assert.Equal(BudgetState.Within, limit.Report(10).Services.Single(s => s.Service == "quiet").State);

        // An hour later the refusals are past, and so are the series that nobody sends any more.
        _time.Advance(TimeSpan.FromMinutes(70));
        var later = limit.Report(10);
        Assert.Equal((0L, 0L, 0L), (later.Active, later.NewLastHour, later.RefusedLastHour));
        Assert.Empty(later.Services);
    }

    [Fact]
    public void The_limit_for_all_holds_and_what_was_there_goes_on()
    {
        var limit = Limit(perMetric: 100, perService: 100, total: 150);
        IReadOnlyList<(string, string)> Labels(int i) => [("__name__", "m"), ("job", $"j{i % 3}"), ("i", $"{i}")];
        Assert.Equal(50, Send(limit, 200, Labels).Count);
        Assert.Empty(Send(limit, 150, Labels).Rejections);
        Assert.Equal(BudgetState.Over, limit.Report(1).State);
    }

    [Fact]
    public void Made_up_services_and_metrics_take_bounded_memory_and_harm_nobody()
    {
        var limit = Limit(perMetric: 10, perService: 20_000, total: 1_000_000);
        Assert.Empty(Send(limit, 30_000, i => [("__name__", "m"), ("job", $"made-up-{i}")]).Rejections);
        Assert.Empty(Send(limit, 100, i => [("__name__", "m"), ("job", "late"), ("i", $"{i}")]).Rejections);
        var budgets = limit.Report(50_000);
        Assert.Equal(10_001, budgets.Services.Count);
        Assert.Equal(20_100, budgets.Services[0].Active);
        Assert.Equal("(other)", budgets.Services[0].Service);

        var names = Limit(perMetric: 10, perService: 60_000, total: 1_000_000);
        Assert.Empty(Send(names, 30_000, i => [("__name__", $"m{i}"), ("job", "shop")]).Rejections);
        Assert.Equal(10_000, names.Report(50_000).Metrics.Count);
    }

    [Fact]
    public void Refusals_of_many_series_are_told_in_few_words()
    {
        var limit = Limit(perMetric: 1, perService: 1);
        var tally = Send(limit, 5000, i => [("__name__", "m"), ("job", "shop"), ("i", $"{i}")]);
        Assert.Equal(4999, tally.Count);
        Assert.Single(tally.Rejections);
    }

    private CardinalityLimit Limit(int perMetric, int perService, int total = 1_000_000) =>
        new(new IngestLimits { SeriesPerMetric = perMetric, SeriesPerService = perService, SeriesTotal = total }, _time);

    private static RejectionTally Send(CardinalityLimit limit, int count, Func<int, IReadOnlyList<(string, string)>> labels)
    {
        var batch = new MetricBatch();
        for (var i = 0; i < count; i++)
            batch.AddSample(batch.AddSeries(LabelSet.Of([.. labels(i)]).Bytes), 1, 1);
        var tally = new RejectionTally();
        limit.Process(batch, tally);
        return tally;
    }
}
