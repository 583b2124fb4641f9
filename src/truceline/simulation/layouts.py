"""The columns of the raw files."""

from __future__ import annotations

from typing import Final

HEADERS: Final = {
    "stations.csv": (
        "detection_id,sensor_id,time,lon,lat,elevation_m,time_sigma_s,level_db,azimuth_deg,"
        "azimuth_sigma_deg,mast"
    ),
    "sensors.csv": (
        "sensor_id,lon,lat,elevation_m,time_sigma_s,azimuth_sigma_deg,false_alarm_per_h,uptime,"
        "from,to,mast"
    ),
    "patrol.csv": "patrol_id,record_id,observed_from,observed_to,zone,lon,lat,sigma_m,modality,text",
    "viirs.csv": (
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,confidence,version,"
        "bright_ti5,frp,daynight,instrument"
    ),
    "reports.csv": (
        "report_id,truce,phenomenon_start,phenomenon_end,time_zone,time_precision,start_utc,end_utc,"
        "in_window,place,oblast,lon,lat,position_sigma_m,coord_source,act,count_min,count_max,"
        "killed,injured,reporter,on_whose_word,speaker_side,accused,independence_group,reliability,"
        "credibility,source_url,publication_date,excerpt_seen,basis,contradiction_group,note"
    ),
    "claims.csv": (
        "claim_id,truce,claimant,claimant_side,accused,window_from,window_to,tz,metric,value,"
        "qualifier,reporter,independence_group,reliability,source_url,excerpt_seen,basis,"
        "contradiction_group,note"
    ),
}
"""Columns of each file; ``heat-history.csv`` has those of ``viirs.csv``."""
