namespace Bongsu.Server.Api.Operations;

/// <summary>How one part of what is stored grows, and for how long until as much goes as comes.</summary>
/// <param name="BytesPerDay">That come, on disk.</param>
/// <param name="DaysToGrow">Until the oldest of it is past its retention; infinite: it is kept for ever.</param>
internal readonly record struct StorageGrowth(double BytesPerDay, double DaysToGrow)
{
    public double MoreBytes => BytesPerDay <= 0 || DaysToGrow <= 0 ? 0 : BytesPerDay * DaysToGrow;
}
