using Bongsu.Ingest;
using Bongsu.Server.Api.Operations;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Tests.Api.Operations;

public sealed class CardinalityReportTests
{
    private const long MetricLimit = 100;

    [Fact]
    public void Names_the_label_that_explodes_where_a_budget_is_used_up()
    {
        var report = Of([("orders_total", 100, 90)], [Metric("orders_total", 100, refused: 40, BudgetState.Over, ("order_id", 140), ("route", 3))]);
        var row = Assert.Single(report.Metrics);
        Assert.Equal(("orders_total", 100, 40, "order_id", 140), (row.Metric, row.Series, row.RefusedLastHour, row.ExplodingLabel, row.ExplodingValues));
        Assert.Equal(MetricLimit, row.Limit);
    }

    [Fact]
    public void A_metric_within_its_budget_explodes_nothing()
    {
        var row = Assert.Single(Of([("up", 3, 3)], [Metric("up", 3, refused: 0, BudgetState.Within, ("instance", 3))]).Metrics);
        Assert.Null(row.ExplodingLabel);
        Assert.Equal(0, row.ExplodingValues);
    }

    [Fact]
    public void A_metric_that_was_only_refused_is_listed_beside_those_stored()
    {
        var report = Of([("up", 3, 0)], [Metric("new_total", 0, refused: 7, BudgetState.Over, ("user", 7))]);
        Assert.Equal(["up", "new_total"], report.Metrics.Select(m => m.Metric));
        Assert.Equal(7, report.Metrics[1].RefusedLastHour);
    }

    [Fact]
    public void The_services_of_one_metric_are_added_and_the_worst_names_the_label()
    {
        var report = Of([("hits", 150, 10)], [Metric("hits", 50, refused: 2, BudgetState.Near, ("a", 9)), Metric("hits", 100, refused: 30, BudgetState.Over, ("b", 4))]);
        var row = Assert.Single(report.Metrics);
        Assert.Equal((150, 32, "b"), (row.Series, row.RefusedLastHour, row.ExplodingLabel));
    }

    private static CardinalityReport Of(IReadOnlyList<(string, long, long)> stored, IReadOnlyList<MetricBudget> metrics) => CardinalityReport.Of(
        new MetricCardinality(stored.Sum(s => s.Item2), 9, 5, 0, 1, stored, [("instance", 3)], [("instance", 30)], [("instance=a", 1)]),
        new SeriesBudgets { Active = 1, Limit = 1000, NewLastHour = 0, RefusedLastHour = 0, State = BudgetState.Within, Services = [], Metrics = metrics },
        MetricLimit);

    private static MetricBudget Metric(string metric, long active, long refused, BudgetState state, params (string, long)[] labels) =>
        new("shop", metric, active, MetricLimit, NewLastHour: 0, refused, state, [.. labels.Select(l => new LabelGrowth(l.Item1, l.Item2))]);
}
