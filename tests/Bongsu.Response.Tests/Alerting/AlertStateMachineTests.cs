using Bongsu.Response.Alerting;

namespace Bongsu.Response.Tests.Alerting;

public sealed class AlertStateMachineTests
{
    // One letter an evaluation, a minute apart: + active, - inactive, ? unknown. Expected: . none, P pending, F firing, R resolved.
    [Theory]
    [InlineData(0, 0, "-+-", ".FR")]
    [InlineData(0, 0, "+?-", "FFR")]
    [InlineData(2, 0, "+++-", "PPFR")]
    [InlineData(2, 0, "++-+++", "PP.PPF")]
    [InlineData(2, 0, "+??+", "PPPF")]
    [InlineData(2, 0, "???", "...")]
    [InlineData(0, 2, "+--+---", "FFFFFFR")]
    [InlineData(0, 0, "+-+", "FRF")]
    [InlineData(1, 0, "++-+", "PFRP")]
    [InlineData(0, 0, "+-?", "FRR")]
    public void Moves_as_Prometheus_does(int forMinutes, int keepMinutes, string observations, string expected)
    {
        AlertTimer? timer = null;
        var states = "";
        for (var i = 0; i < observations.Length; i++)
        {
            var seen = observations[i] switch { '+' => AlertObservation.Active, '-' => AlertObservation.Inactive, _ => AlertObservation.Unknown };
            (timer, _) = AlertStateMachine.Step(timer, seen, new AlertTiming(TimeSpan.FromMinutes(forMinutes), TimeSpan.FromMinutes(keepMinutes)), i * 60_000L);
            states += timer?.State switch { AlertState.Pending => 'P', AlertState.Firing => 'F', AlertState.Resolved => 'R', _ => '.' };
        }
        Assert.Equal(expected, states);
    }

    [Fact]
    public void Says_why()
    {
        var (timer, reason) = AlertStateMachine.Step(null, AlertObservation.Active, default, 5);
        Assert.Equal((new AlertTimer(AlertState.Firing, 5, 5), AlertReason.Fired), (timer, reason));
        Assert.Equal((timer, AlertReason.Frozen), AlertStateMachine.Step(timer, AlertObservation.Unknown, default, 6));
        Assert.Equal((new AlertTimer(AlertState.Resolved, 5, 5, 7), AlertReason.Resolved), AlertStateMachine.Step(timer, AlertObservation.Inactive, default, 7));
    }
}
